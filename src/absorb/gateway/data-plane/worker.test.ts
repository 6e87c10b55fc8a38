import { afterEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineClock } from "../../../kernel/clock/machine.ts";
import { serveBus } from "../../../kernel/bus/serve.ts";
import { SendQueue } from "./send-queue.ts";
import { gatewayReport, WorkerStats, workersCluster } from "./messages.ts";
import type { GatewaySnapshotInput } from "./snapshot.ts";
import { startWorker, type Worker } from "./worker.ts";
import { answering, Backend, dial, get, ok, until } from "./world.testing.ts";

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

function dataFolder(): string {
  const data = mkdtempSync(join(tmpdir(), "castor-worker-"));
  for (const folder of ["run", "snapshot"]) mkdirSync(join(data, folder));
  cleanUps.push(() => rmSync(data, { recursive: true, force: true }));
  return data;
}
function put(data: string, version: number, value: GatewaySnapshotInput): void {
  const path = join(data, "snapshot", "gateway.json");
  writeFileSync(`${path}.tmp`, JSON.stringify({ version, value }));
  renameSync(`${path}.tmp`, path);
}
const picture = (backend: { port: number }): GatewaySnapshotInput => ({
  listeners: [{ host: "127.0.0.1", port: 0 }],
  routes: [{ id: "all", service: "shop" }],
  services: [{ id: "shop", instances: [{ id: "shop-1", host: "127.0.0.1", port: backend.port }] }],
  drainMs: 100,
});
function instance(body: string): Backend {
  const backend = new Backend(answering(ok(body)));
  cleanUps.push(() => backend.stop());
  return backend;
}
async function worker(data: string): Promise<Worker> {
  const started = await startWorker({ data, id: "gateway-1" });
  cleanUps.push(() => started.stop());
  return started;
}
async function ask(port: number): Promise<string> {
  const wire = await dial(port);
  return wire.send(get("/", "Connection: close\r\n")).over();
}
const control = (data: string) =>
  serveBus({ path: join(data, "run", "bus.sock"), clock: machineClock(), name: "control" });

test("a worker serves from its snapshot alone, and follows the file", async () => {
  const data = dataFolder();
  put(data, 1, picture(instance("one")));
  const { plane } = await worker(data);
  const [port = 0] = plane.ports();
  expect(await ask(port)).toEndWith("one");
  put(data, 2, picture(instance("two")));
  let said = "";
  await until(() => {
    void ask(port).then((answer) => (said = answer));
    return said.endsWith("two");
  }, "the new instance");
  put(data, 3, { routes: [{ id: "broken", service: "nobody" }] });
  writeFileSync(join(data, "snapshot", "gateway.json"), "{ not json");
  expect(await ask(port)).toEndWith("two");
});

test("a worker waits for its first snapshot", async () => {
  const data = dataFolder();
  const starting = worker(data);
  put(data, 1, picture(instance("here")));
  const { plane } = await starting;
  expect(await ask(plane.ports()[0] ?? 0)).toEndWith("here");
});

test("what was counted while control was away arrives when it is back; facts and stats are told", async () => {
  const data = dataFolder();
  put(data, 1, picture(instance("x")));
  const { plane } = await worker(data);
  await ask(plane.ports()[0] ?? 0);
  const bus = await control(data);
  cleanUps.push(() => bus.close());
  const sums = new Map<string, number>();
  const facts: unknown[] = [];
  const froms = new Set<string>();
  let isListening = false;
  // A control that just came up does not answer yet: nothing may be lost by that.
  bus.serve(gatewayReport.name, {
    request: async ({ body }) => {
      if (!isListening) throw new Error("not yet");
      const report = gatewayReport.schema.parse(body);
      if (report.kind === "fact") facts.push(report.fact);
      else {
        froms.add(report.delta.from);
        for (const { name, sum = 0 } of report.delta.series)
          sums.set(name, (sums.get(name) ?? 0) + sum);
      }
      return "noted";
    },
  });
  await until(() => bus.peers().length === 1, "the worker to connect");
  isListening = true;
  await until(() => sums.get("gateway.requests") === 1, "the delta");
  expect([...froms][0]).toStartWith("gateway-1.");
  expect(facts).toEqual([{ what: "ready", worker: "gateway-1", pid: process.pid, snapshot: 1 }]);
  const stats = WorkerStats.parse(await bus.request(workersCluster, "stats", { timeoutMs: 5_000 }));
  expect(stats).toMatchObject({
    worker: "gateway-1",
    pid: process.pid,
    snapshot: 1,
    instances: [{ service: "shop", id: "shop-1", inFlight: 0, pooled: 1, ejected: false }],
  });
});

test("a picture that cannot be made is told once, with the reason, and the old one stays", async () => {
  const data = dataFolder();
  put(data, 1, picture(instance("old")));
  const { plane } = await worker(data);
  const [port = 0] = plane.ports();
  const taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  cleanUps.push(() => taken.stop(true));
  const bus = await control(data);
  cleanUps.push(() => bus.close());
  const refused: unknown[] = [];
  bus.serve(gatewayReport.name, {
    request: async ({ body }) => {
      const report = gatewayReport.schema.parse(body);
      if (report.kind === "fact" && report.fact.what === "picture-refused")
        refused.push(report.fact);
      return "noted";
    },
  });
  const listeners = [{ host: "127.0.0.1", port: taken.port }];
  put(data, 2, { ...picture(instance("new")), listeners });
  await until(() => refused.length > 0, "the refusal");
  expect(refused).toEqual([
    expect.objectContaining({
      worker: "gateway-1",
      why: expect.stringContaining(String(taken.port)),
    }),
  ]);
  expect(await ask(port)).toEndWith("old");
});

test("what waits for control stays in order, and the oldest goes first when it never comes", async () => {
  let isThere = false;
  const sent: number[] = [];
  const queue = new SendQueue<number>(600, async (message) => {
    if (isThere) sent.push(message);
    return isThere;
  });
  for (let seq = 1; seq <= 610; seq++) queue.add(seq);
  await queue.flush();
  isThere = true;
  await Promise.all([queue.flush(), queue.flush()]);
  expect(sent).toHaveLength(600);
  expect(sent[0]).toBe(11);
  expect(sent.at(-1)).toBe(610);
  expect(queue.dropped).toBe(10);
});

test("SIGTERM ends a worker process gracefully: what runs is answered, then exit code 0", async () => {
  const data = dataFolder();
  const backend = new Backend(() => {});
  cleanUps.push(() => backend.stop());
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = probe;
  probe.stop(true);
  put(data, 1, { ...picture(backend), listeners: [{ host: "127.0.0.1", port }], drainMs: 20_000 });
  const entry = join(import.meta.dir, "worker.ts");
  const code = `const { runWorker } = await import(${JSON.stringify(entry)});
    process.exit(await runWorker({ data: ${JSON.stringify(data)}, id: "gateway-1" }));`;
  const ready = join(data, "run", "ready");
  const child = Bun.spawn([process.execPath, "--eval", code], {
    env: { ...process.env, CASTOR_READY_FILE: ready },
  });
  cleanUps.push(() => child.kill("SIGKILL"));
  let isReady = false;
  await until(() => {
    void Bun.file(ready)
      .exists()
      .then((exists) => (isReady = exists));
    return isReady;
  }, "the worker to be ready");
  const wire = await dial(port);
  wire.send(get());
  await until(() => backend.requestCount === 1, "the request");
  child.kill("SIGTERM");
  let isClosed = false;
  await until(() => {
    void dial(port).then(
      (late) => late.hangUp(),
      () => (isClosed = true),
    );
    return isClosed;
  }, "the port to close");
  backend.wires[0]?.send(ok("last"));
  await wire.says("last");
  wire.socket?.end();
  expect(await child.exited).toBe(0);
}, 30_000);
