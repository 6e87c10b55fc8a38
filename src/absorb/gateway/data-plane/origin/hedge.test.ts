import { expect, test } from "bun:test";
import { answering, Backend, get, ok, until } from "../world.testing.ts";
import { limited, open, Patient, visit } from "./patient.testing.ts";

const closing = "Connection: close\r\n";
const retried = { service: "shop", why: "hedge" };

test("a second instance is asked what the first does not answer; the first answer counts, the other is ended", async () => {
  const [slow, quick] = [new Patient(), new Patient()];
  const at = limited([slow, quick], 5, { route: { hedge: { afterMs: 40, shareMax: 0.05 } } });
  const visitor = await visit(at, "/page");
  await until(() => slow.paths.length === 1 && quick.paths.length === 1);
  quick.answer(ok("from the other"));
  expect(await visitor.says("from the other")).toStartWith("HTTP/1.1 200");
  await until(() => slow.backend.wires.every(({ closed }) => closed));
  expect(at.tally.of("gateway.retries", retried)).toBe(1);
  expect(at.tally.of("gateway.aborts", { service: "shop", side: "visitor" })).toBe(0);
  await until(() => at.plane.stats().services[0]?.inFlight === 0);
  visitor.send(get("/next"));
  await until(() => slow.paths.length + quick.paths.length >= 3);
});

test("the first one's late answer still wins when it comes first, and the rival is ended", async () => {
  const [first, second] = [new Patient(), new Patient()];
  const at = limited([first, second], 5, { route: { hedge: { afterMs: 40, shareMax: 0.05 } } });
  const visitor = await visit(at, "/page");
  await until(() => first.paths.length === 1 && second.paths.length === 1);
  const asked = at.plane.stats().services[0]?.instances.map(({ inFlight }) => inFlight);
  expect(asked).toEqual([1, 1]);
  const [sooner, later] = [first, second];
  sooner.answer(ok("sooner"));
  await visitor.says("sooner");
  await until(() => later.backend.wires.every(({ closed }) => closed));
  await until(() => at.plane.stats().services[0]?.inFlight === 0);
});

test("a rival that fails changes nothing", async () => {
  const slow = new Patient();
  const failing = new Backend(answering("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"));
  open.push(failing);
  const at = limited([slow, failing], 5, {
    route: { hedge: { afterMs: 40, shareMax: 0.05 } },
    service: { care: { retryStatuses: [] } },
  });
  const visitor = await visit(at, "/page");
  await until(() => slow.paths.length === 1);
  await until(() => at.tally.of("gateway.retries", retried) === 1);
  await until(() => failing.wires.length > 0 && failing.wires.every(({ closed }) => closed));
  slow.answer(ok("at last"));
  expect(await visitor.says("at last")).toStartWith("HTTP/1.1 200");
});

test("what may not be sent twice is not, nor more than the share that is allowed", async () => {
  const patients = [new Patient(), new Patient()];
  const at = limited(patients, 100, {
    route: { hedge: { afterMs: 10, shareMax: 0.001 } },
    service: { retry: { share: 1, min: 1_000 } },
  });
  const post = await at.dial();
  post.send("POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 1\r\n\r\nx");
  const wires = await Promise.all(Array.from({ length: 30 }, () => visit(at, "/page")));
  await until(() => at.tally.of("gateway.retries", retried) === 10);
  const waitUntil = performance.now() + 60;
  await until(() => performance.now() > waitUntil);
  expect(patients.flatMap(({ paths }) => paths)).toHaveLength(1 + 30 + 10);
  for (const wire of wires) wire.hangUp();
  await until(() => at.plane.stats().services[0]?.inFlight === 1);
});

test("without a figure the usual time is learned first", async () => {
  const backends = [1, 2].map(() => new Backend(answering(ok("quick"))));
  open.push(...backends);
  const at = limited(backends, 5, { route: { hedge: {} } });
  for (let i = 0; i < 25; i++) expect(await at.ask(get("/", closing))).toContain("quick");
  expect(at.tally.of("gateway.requests", { route: "all", service: "shop", class: "2xx" })).toBe(25);
});
