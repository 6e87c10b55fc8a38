import { expect, test } from "bun:test";
import { answering, Backend, get, ok, until } from "../world.testing.ts";
import { field } from "../field.ts";
import { limited, open, Patient, queued, visit } from "./patient.testing.ts";
import { patienceOf } from "./patience.ts";

const closing = "Connection: close\r\n";
const patienceText = (kind: number, text: string): number =>
  patienceOf(kind, Buffer.from(text), 0, text.length);

test("how long a client waits is read in milliseconds, or with gRPC's units; nonsense is nothing", () => {
  const { expectedTimeout, grpcTimeout } = field;
  const plain = ["250", "0", "-1", "1e3", "", "soon"].map((text) =>
    patienceText(expectedTimeout, text),
  );
  expect(plain).toEqual([250, 0, 0, 0, 0, 0]);
  const units = ["2S", "100m", "1M", "1H", "500u", "3n", "5", "S", "12x", "123456789S"];
  expect(units.map((text) => patienceText(grpcTimeout, text))).toEqual([
    ...[2_000, 100, 60_000, 3_600_000, 1, 1, 0, 0, 0, 0],
  ]);
});

test("waiting in line and for the answer together take no longer than the route allows", async () => {
  const patient = new Patient();
  const at = limited([patient], 1, { route: { timeouts: { totalMs: 400 } } });
  const first = await visit(at, "/first");
  await patient.asked(1);
  const second = await visit(at, "/second");
  await until(() => queued(at) === 1);
  expect(await first.says("gateway.out-of-time")).toStartWith("HTTP/1.1 504");
  expect(await second.says("Castor-Reason")).toMatch(/queue\.timeout|gateway\.out-of-time/);
  await until(() => at.plane.stats().services[0]?.inFlight === 0);
});

test("a client's own limit makes it shorter, never longer, and no instance is blamed for it", async () => {
  const patient = new Patient();
  const at = limited([patient, new Patient()], 5, {
    route: { timeouts: { totalMs: 600_000, responseHeaderMs: 600_000 } },
    service: { ejection: { consecutiveErrors: 1 } },
  });
  const hurried = "X-Envoy-Expected-Rq-Timeout-Ms: 150\r\n";
  expect(await at.ask(get("/", hurried + closing))).toContain("Castor-Reason: gateway.out-of-time");
  expect(at.facts).toEqual([]);
  const short = limited([new Patient()], 5, { route: { timeouts: { totalMs: 200 } } });
  const patientClient = "grpc-timeout: 1H\r\n";
  expect(await short.ask(get("/", patientClient + closing))).toContain("gateway.out-of-time");
});

test("an instance that is too slow for the route's limit is to blame", async () => {
  const at = limited([new Patient(), new Patient()], 5, {
    route: { timeouts: { totalMs: 150 } },
    service: { ejection: { consecutiveErrors: 1 } },
  });
  expect(await at.ask(get("/", closing))).toContain("gateway.out-of-time");
  await until(() => at.facts.some(({ what }) => what === "ejected"));
});

test("an upload's time runs from its end", async () => {
  const backend = new Backend((wire) => {
    if (wire.text.endsWith("whole")) wire.send(ok("stored"));
  });
  open.push(backend);
  const at = limited([backend], 5, { route: { timeouts: { totalMs: 300 } } });
  const upload = await at.dial();
  upload.send("POST /up HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 9\r\n\r\nmost");
  await until(() => backend.text.endsWith("most"));
  const startedAt = performance.now();
  await until(() => performance.now() - startedAt > 450);
  upload.send("whole");
  expect(await upload.says("stored")).toStartWith("HTTP/1.1 200");
});

test("who has time gets their answer as ever", async () => {
  const backend = new Backend(answering(ok("here")));
  open.push(backend);
  const at = limited([backend], 5, { route: { timeouts: { totalMs: 20_000 } } });
  expect(await at.ask(get("/", `Connect-Timeout-Ms: 20000\r\n${closing}`))).toContain("here");
});
