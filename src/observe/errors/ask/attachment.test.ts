import { httpApi } from "#kernel/testing";
import { expect, test } from "bun:test";
import { anEvent, inbox } from "../inbox.testing.ts";
import { occurrence, unknownAttachment } from "../contract.ts";

test("a file beside an event is handed out whole, and only to be saved", async () => {
  await using world = await inbox({ config: { attachmentMax: "8MB" } });
  const event = anEvent();
  const bytes = Buffer.alloc(5_000_001, "<script>alert(1)</script>");
  const head = {
    type: "attachment",
    length: bytes.length,
    filename: "../é/x.html",
    content_type: "image/svg",
  };
  const sent = Buffer.concat([
    Buffer.from(
      `{"event_id":"${String(event["event_id"])}"}\n{"type":"event"}\n${JSON.stringify(event)}\n`,
    ),
    Buffer.from(`${JSON.stringify(head)}\n`),
    bytes,
  ]);
  expect((await world.envelope(sent)).status).toBe(200);
  await world.settle();
  const { attachments } = await world.castor.ask(occurrence, { issue: "shop-1", event: "last" });
  expect(attachments).toMatchObject([{ name: "../é/x.html", bytes: bytes.length }]);
  const api = httpApi({ castor: world.castor.castor, auth: world.auth });
  const by = { kind: "system", id: "local" } as const;
  const read = world.auth.tokens.create({ name: "ci", role: "responder", by });
  const get = (id: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    api(new Request(`http://castor/api/errors.attachment?id=${String(id)}`, { headers }), "::1");
  expect((await get(attachments[0]?.id)).status).toBe(401);
  const authorization = `Bearer ${read.secret}`;
  const answer = await get(attachments[0]?.id, { authorization });
  expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  expect(answer.headers.get("content-type")).toBe("application/octet-stream");
  expect(answer.headers.get("content-disposition")).toBe(
    "attachment; filename*=UTF-8''.._%C3%A9_x.html",
  );
  for (const wrong of [99, "x", "1e99"])
    expect((await (await get(wrong, { authorization })).json()) as object).toMatchObject({
      type: expect.stringContaining(unknownAttachment.type),
    });
});
