import { testPorts } from "#kernel/testing";
import { afterAll, expect, test } from "bun:test";
import { answering, Backend, get, ok, until, world } from "../world.testing.ts";
import { admissionCluster, AdmissionMarks, admissionShared } from "./messages.ts";
import { shareAdmission } from "./sharing.ts";

const closing = "Connection: close\r\n";
const missing = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
const backend = new Backend((wire) =>
  answering(wire.text.startsWith("GET /.env ") ? missing : ok("x"))(wire),
);
afterAll(() => backend.stop());

/** Two workers that hear each other over one bus. */
function twoWorkers() {
  const { bus } = testPorts();
  const rateLimits = [{ name: "all", by: "route", everyMs: 3_600_000, burst: 4 }];
  const workers = ["gateway-1", "gateway-2"].map((name) => {
    const gate = world([backend], {
      route: { rateLimits },
      snapshot: { scanners: { mode: "on", decoys: ["/.env"] } },
    });
    const stop = shareAdmission(gate.plane.admission, bus, { worker: name, life: `${name}.1` });
    return { gate, stop };
  });
  const [first, second] = workers;
  if (first === undefined || second === undefined) throw new Error("Two are needed.");
  return {
    ...{ first: first.gate, second: second.gate, control: bus },
    [Symbol.dispose]: () => {
      for (const { gate, stop } of workers) {
        stop();
        gate[Symbol.dispose]();
      }
    },
  };
}

test("what a caller took at one worker is soon taken at the other, once", async () => {
  using pair = twoWorkers();
  const { first, second, control } = pair;
  let told = 0;
  control.subscribe(admissionShared.name, ({ body }) => {
    for (const { taken } of admissionShared.schema.parse(body).taken)
      for (const { count } of taken) told += count;
  });
  for (let i = 0; i < 3; i++) await first.ask(get("/", closing));
  await until(() => told >= 3, "the first worker to tell of all three");
  expect(await second.ask(get("/", closing))).toContain("200 OK");
  expect(await second.ask(get("/", closing))).toContain("429");
});

test("a mark made at one worker is soon known at the other", async () => {
  using pair = twoWorkers();
  const { first, second } = pair;
  await first.ask(get("/.env", closing));
  await until(() => second.plane.admission.marks().length === 1, "the mark to be known");
  expect(await second.ask(get("/", closing))).toContain("gateway.scanner");
});

test("control can list who is marked at each worker, and take a mark away", async () => {
  using pair = twoWorkers();
  const { first, second, control } = pair;
  first.plane.admission.hear({
    taken: [],
    marks: [{ caller: "c", address: "127.0.0.1", why: "decoy", paths: [], at: 0, until: 9e15 }],
  });
  expect(await first.ask(get("/", closing))).toContain("gateway.scanner");
  expect(second.plane.admission.marks()).toEqual([]);
  const asked = async (what: unknown) => {
    const said: number[] = [];
    const of = { timeoutMs: 5_000, max: 2 };
    for await (const { body } of control.gather(admissionCluster.name, what, of))
      said.push(AdmissionMarks.parse(body).marks.length);
    return said.toSorted();
  };
  expect(await asked({ do: "list-marks" })).toEqual([0, 1]);
  expect(await asked({ do: "unmark", address: "127.0.0.1" })).toEqual([0, 1]);
  expect(await first.ask(get("/", closing))).not.toContain("gateway.scanner");
});
