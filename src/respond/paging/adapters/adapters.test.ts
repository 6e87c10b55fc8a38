import { expect, test } from "bun:test";
import { aMessage, channelConformance } from "../channel/conformance.testing.ts";
import { farSide, reachFor } from "../channel/far-side.testing.ts";
import { ntfy } from "./ntfy.ts";
import { signature, webhook } from "./webhook.ts";

const secret = "a-secret-of-sixteen-or-more";
const shared = { after: 0, urgencies: ["high" as const], canary: true };
const refuse = (status: number, why: string): Response => new Response(why, { status });

channelConformance({
  channel: webhook,
  look: ({ body, headers }) => {
    const { "webhook-id": id = "", "webhook-timestamp": seconds = "" } = headers;
    const right = signature(secret, { id, seconds: Number(seconds), body });
    return headers["webhook-signature"] === right ? new Response("ok") : refuse(401, "forged");
  },
  to: (url) => ({
    ...shared,
    kind: "webhook" as const,
    url: `${url}/hooks/very-secret-path`,
    secret,
  }),
  secrets: [secret, "very-secret-path"],
});

channelConformance({
  channel: ntfy,
  look: ({ body, path, method, headers }) => {
    if (method !== "POST" || path !== "/") return refuse(404, "page not found");
    if (headers["authorization"] !== "Bearer tk_very_secret") return refuse(403, "forbidden");
    const sent = JSON.parse(body) as { message: string; priority: number; actions: object[] };
    if (Buffer.byteLength(sent.message) > 4_096) return refuse(400, "message too large");
    if (sent.actions.length > 3) return refuse(400, "only 3 actions");
    if (sent.priority < 1 || sent.priority > 5) return refuse(400, "invalid priority");
    return Response.json({ id: "m1" });
  },
  to: (server) => ({
    ...shared,
    kind: "ntfy" as const,
    server,
    topic: "a-topic-to-guess",
    token: "tk_very_secret",
  }),
  secrets: ["a-topic-to-guess", "tk_very_secret"],
});

test("the same message sent again is the same to a webhook", async () => {
  await using far = farSide(() => new Response("ok"));
  const to = { ...shared, kind: "webhook" as const, url: far.url, secret };
  for (const isMaybeDuplicate of [false, true])
    await webhook.send(aMessage({ isMaybeDuplicate }), to, reachFor());
  const ids = far.taken.map(({ headers }) => headers["webhook-id"]);
  expect(ids).toEqual([aMessage().id, aMessage().id]);
});
