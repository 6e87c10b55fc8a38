import { expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import { issues, occurrence } from "../contract.ts";
import { anEvent, inbox, listed } from "../inbox.testing.ts";

test("the older endpoint takes what SDKs of before 2018 deflate, and counts transactions as such", async () => {
  await using world = await inbox();
  const event = JSON.stringify(anEvent());
  const path = `/api/1/store/?sentry_key=${"a".repeat(32)}`;
  const deflated = deflateSync(event);
  expect((await world.send(path, deflated.toString("base64"))).status).toBe(200);
  expect(
    (await world.send(path, new Uint8Array(deflateSync(JSON.stringify(anEvent()))))).status,
  ).toBe(200);
  const traced = { ...anEvent(), type: "transaction", transaction: "/cart", exception: undefined };
  expect((await world.store(traced)).status).toBe(200);
  for (const wrong of ["no event", "eNpL", "[1]"])
    expect((await world.send(path, wrong)).status).toBe(400);
  await world.settle();
  expect((await listed(world)).map(([, , events]) => events)).toEqual([2]);
});

test("a file is kept with its event, though it stands before it", async () => {
  await using world = await inbox();
  const item = (header: object, payload: string): string =>
    `${JSON.stringify({ ...header, length: payload.length })}\n${payload}\n`;
  const file = item({ type: "attachment", filename: "before.txt" }, "what happened");
  const event = item({ type: "event" }, JSON.stringify(anEvent()));
  expect((await world.envelope(`{}\n${file}${event}`)).status).toBe(200);
  await world.settle();
  const [issue] = (await world.castor.ask(issues, issues.input.parse({}))).issues;
  const of = { issue: issue?.id ?? "", event: "last" };
  const shown = await world.castor.ask(occurrence, of);
  expect(shown.attachments.map(({ name }) => name)).toEqual(["before.txt"]);
});

test("a message shows the stack that stands beside it, with the lines around", async () => {
  await using world = await inbox();
  const frame = { filename: "shop.py", function: "pay", lineno: 3, context_line: "pay()" };
  const frames = [{ ...frame, pre_context: ["before"], in_app: true }];
  const threads = { values: [{ current: true, stacktrace: { frames } }] };
  await world.store({ platform: "python", message: "It is late", threads });
  await world.settle();
  const [issue] = (await world.castor.ask(issues, issues.input.parse({}))).issues;
  const shown = await world.castor.ask(occurrence, { issue: issue?.id ?? "", event: "last" });
  expect(shown.exceptions).toMatchObject([
    { type: "", frames: [{ name: "pay", inApp: true, before: ["before"] }] },
  ]);
});
