import { afterAll, expect, test } from "bun:test";
import type { GatewaySnapshotInput } from "../snapshot.ts";
import { answering, Backend, get, ok, world } from "../world.testing.ts";

type Limit = NonNullable<NonNullable<GatewaySnapshotInput["routes"]>[number]["rateLimits"]>[number];

/** So slow that no token comes back while a test runs. */
const neverMs = 3_600_000;
const backend = new Backend(answering(ok("x")));
afterAll(() => backend.stop());
const closing = "Connection: close\r\n";
const limited = (limit: Partial<Limit>, trustedProxies: string[] = []) => {
  const rateLimits = [{ name: "pages", by: "address", everyMs: neverMs, burst: 2, ...limit }];
  return world([backend], { route: { rateLimits }, snapshot: { trustedProxies } });
};
const refusedCount = ({ tally }: ReturnType<typeof limited>, outcome: string) =>
  tally.of("gateway.rate-limited", { route: "all", limit: "pages", outcome });

test("whoever asks too much is told so, why, and when to come again; the instance hears nothing of it", async () => {
  using gate = limited({ everyMs: 60_000 });
  const before = backend.requestCount;
  const wire = await gate.dial();
  for (let i = 0; i < 3; i++) wire.send(get());
  await wire.says("429 Too Many Requests");
  expect(wire.text).toContain("Castor-Reason: gateway.rate-limited.pages\r\n");
  expect(Number(/Retry-After: (\d+)/.exec(wire.text)?.[1])).toBeWithin(1, 61);
  expect(wire.text).toContain('"status":429');
  expect(backend.requestCount - before).toBe(2);
  expect(refusedCount(gate, "refused")).toBe(1);
  expect(
    gate.tally.of("gateway.refusals", { route: "all", reason: "gateway.rate-limited.pages" }),
  ).toBe(1);
  expect(gate.tally.of("gateway.requests", { route: "all", service: "shop", class: "4xx" })).toBe(
    1,
  );
  expect(wire.closed).toBe(false);
  wire.hangUp();
});

test("a browser gets a page that says it in words", async () => {
  using gate = limited({ burst: 1 });
  await gate.ask(get("/", closing));
  const page = await gate.ask(get("/", `Accept: text/html\r\n${closing}`));
  expect(page).toContain("<h1>That was too fast</h1>");
  expect(page).toContain("Please try again in");
});

test("a dry run lets everyone pass and counts whom it would have refused", async () => {
  using gate = limited({ burst: 1, dryRun: true });
  for (let i = 0; i < 3; i++) expect(await gate.ask(get("/", closing))).toContain("200 OK");
  expect(refusedCount(gate, "would-refuse")).toBe(2);
  expect(refusedCount(gate, "refused")).toBe(0);
});

test("it is news once, not with every refusal, and names nobody", async () => {
  using gate = limited({ burst: 1 });
  for (let i = 0; i < 4; i++) await gate.ask(get("/", closing));
  const about = { limit: "pages", by: "address", everyMs: neverMs, burst: 1, dryRun: false };
  expect(gate.admitted).toEqual([{ what: "limit-reached", route: "all", ...about }]);
});

test("callers behind a trusted proxy are told apart; from elsewhere the header is not believed", async () => {
  const from = (address: string) => get("/", `X-Forwarded-For: ${address}\r\n${closing}`);
  using behind = limited({ burst: 1 }, ["127.0.0.1"]);
  expect(await behind.ask(from("2001:db8::1"))).toContain("200 OK");
  expect(await behind.ask(from("2001:db8::2"))).toContain("429");
  expect(await behind.ask(from("2001:db8:0:1::1"))).toContain("200 OK");
  using open = limited({ burst: 1 });
  expect(await open.ask(from("198.51.100.1"))).toContain("200 OK");
  expect(await open.ask(from("198.51.100.2"))).toContain("429");
});

test("a header counts by its value; who sends none counts by address", async () => {
  using gate = limited({ by: "header:x-api-key", burst: 1 });
  const withKey = (key: string) => gate.ask(get("/", `X-API-Key: ${key}\r\n${closing}`));
  expect(await withKey("ann")).toContain("200 OK");
  expect(await withKey("bob")).toContain("200 OK");
  expect(await withKey("ann")).toContain("429");
  expect(await gate.ask(get("/", closing))).toContain("200 OK");
  expect(await gate.ask(get("/", closing))).toContain("429");
});

test("a limit by route counts everyone as one", async () => {
  using gate = limited({ by: "route", burst: 1 }, ["127.0.0.1"]);
  expect(await gate.ask(get("/", `X-Forwarded-For: 198.51.100.1\r\n${closing}`))).toContain("200");
  expect(await gate.ask(get("/", `X-Forwarded-For: 198.51.100.2\r\n${closing}`))).toContain("429");
});

test("a new snapshot forgives nobody; a changed limit begins anew", async () => {
  using gate = limited({ burst: 1 });
  await gate.ask(get("/", closing));
  gate.plane.apply({ ...gate.snapshot, addVia: true });
  expect(await gate.ask(get("/", closing))).toContain("429");
  const rateLimits = [{ name: "pages", by: "address", everyMs: neverMs, burst: 2 }];
  gate.plane.apply({ ...gate.snapshot, routes: [{ id: "all", service: "shop", rateLimits }] });
  expect(await gate.ask(get("/", closing))).toContain("200 OK");
});

test("what another worker let pass counts here, too", async () => {
  using here = limited({ burst: 2 });
  using there = limited({ burst: 2 });
  for (let i = 0; i < 2; i++) await there.ask(get("/", closing));
  here.plane.admission.hear(there.plane.admission.tell());
  expect(await here.ask(get("/", closing))).toContain("429");
});

test("a refused upload is not read to its end: the connection closes", async () => {
  using gate = limited({ burst: 1 });
  await gate.ask(get("/", closing));
  const upload = "POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 1000000\r\n\r\nx";
  const said = await gate.ask(upload);
  expect(said).toContain("429");
  expect(said).toContain("Connection: close\r\n");
});
