import { afterAll, expect, test } from "bun:test";
import type { GatewaySnapshotInput } from "../snapshot.ts";
import { Backend, get, world } from "../world.testing.ts";
import { knownDecoys } from "./decoys.ts";

const closing = "Connection: close\r\n";
const answered = new WeakSet<object>();
/** Has one page, and nothing else. */
const backend = new Backend((wire) => {
  if (answered.has(wire)) return;
  answered.add(wire);
  const status = wire.text.startsWith("GET /page ") ? "200 OK" : "404 Not Found";
  wire.send(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
});
afterAll(() => backend.stop());

const guarded = (
  scanners: Partial<GatewaySnapshotInput["scanners"]>,
  more: Partial<GatewaySnapshotInput> = {},
) =>
  world([backend], {
    snapshot: { scanners: { mode: "on", decoys: [...knownDecoys], ...scanners }, ...more },
  });
type Gate = ReturnType<typeof guarded>;
const ask = (gate: Gate, path: string, lines = "") => gate.ask(get(path, `${lines}${closing}`));

test("who asks for a decoy that is not there gets cheap noes from memory, with the reason", async () => {
  using gate = guarded({});
  expect(await ask(gate, "/page")).toContain("200 OK");
  expect(await ask(gate, "/wp-login.php?x=1")).not.toContain("Castor-Reason");
  const before = backend.requestCount;
  const refused = await ask(gate, "/page", "Accept: text/html\r\n");
  expect(refused).toContain("404 Not Found");
  expect(refused).toContain("Castor-Reason: gateway.scanner\r\n");
  expect(refused).toContain("This ends in 5 minutes.");
  expect(Number(/Retry-After: (\d+)/.exec(refused)?.[1])).toBeWithin(1, 301);
  expect(backend.requestCount).toBe(before);
  expect(gate.tally.of("gateway.scanner-requests", { outcome: "refused" })).toBe(1);
  expect(gate.tally.of("gateway.scanner-marks", { why: "decoy" })).toBe(1);
  expect(gate.admitted).toMatchObject([
    { what: "scanner-marked", dryRun: false, mark: { why: "decoy", paths: ["/wp-login.php"] } },
  ]);
});

test("many different things that are not there mark, one thing often does not", async () => {
  using gate = guarded({ distinctPaths: 3, withinMs: 60_000 });
  for (let i = 0; i < 4; i++) await ask(gate, `/same?${i}`);
  expect(await ask(gate, "/page")).toContain("200 OK");
  for (const path of ["/a", "/b"]) await ask(gate, path);
  expect(await ask(gate, "/page")).toContain("gateway.scanner");
});

test("a dry run marks and counts, and lets everyone pass", async () => {
  using gate = guarded({ mode: "dry-run" });
  await ask(gate, "/.env");
  expect(await ask(gate, "/page")).toContain("200 OK");
  expect(gate.tally.of("gateway.scanner-requests", { outcome: "would-refuse" })).toBe(1);
  expect(gate.admitted).toMatchObject([{ dryRun: true }]);
});

test("nothing is looked at unless it is asked for", async () => {
  using gate = world([backend]);
  expect(gate.plane.routes.find("shop.example", "/")?.gate).toBeUndefined();
  await ask(gate, "/.env");
  expect(await ask(gate, "/page")).toContain("200 OK");
});

test("behind a trusted proxy only the one who scans is marked, and by /64", async () => {
  using gate = guarded({}, { trustedProxies: ["127.0.0.1"] });
  const from = (address: string, path: string) =>
    ask(gate, path, `X-Forwarded-For: ${address}\r\n`);
  await from("2001:db8::1", "/.env");
  expect(await from("2001:db8::2", "/page")).toContain("gateway.scanner");
  expect(await from("2001:db8:0:1::1", "/page")).toContain("200 OK");
});

test("who is never to be marked is not", async () => {
  using gate = guarded({ never: ["127.0.0.0/8"] });
  await ask(gate, "/.env");
  expect(await ask(gate, "/page")).toContain("200 OK");
});

test("a mark lasts over a new snapshot, reaches the other workers, and can be taken away", async () => {
  using gate = guarded({});
  using other = guarded({});
  await ask(gate, "/.env");
  gate.plane.apply({ ...gate.snapshot, addVia: true });
  expect(await ask(gate, "/page")).toContain("gateway.scanner");
  other.plane.admission.hear(gate.plane.admission.tell());
  expect(await ask(other, "/page")).toContain("gateway.scanner");
  expect(other.plane.admission.marks()).toEqual(gate.plane.admission.marks());
  expect(other.plane.admission.unmark("127.0.0.1")).toHaveLength(1);
  expect(await ask(other, "/page")).toContain("200 OK");
  expect(other.plane.admission.unmark("127.0.0.1")).toEqual([]);
});

test("an attack from everywhere is many marks and few facts", async () => {
  using gate = guarded({}, { trustedProxies: ["127.0.0.1"] });
  for (let i = 0; i < 40; i++) await ask(gate, "/.env", `X-Forwarded-For: 198.51.100.${i}\r\n`);
  expect(gate.plane.admission.marks()).toHaveLength(40);
  expect(gate.admitted.length).toBeWithin(20, 40);
});
