import { processesOf } from "#kernel";
import { noNet, testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { settings } from "../../platform/settings/index.ts";
import { catalog } from "../../run/catalog/index.ts";
import {
  protocols,
  instanceErrors,
  instanceRequests,
  latency,
  now,
  originAnswers,
  originTime,
  refusals,
  refused,
  requests,
  routes,
  visitors,
} from "./contract.ts";
import { type GatewayReport, gatewayReport, workersCluster } from "./data-plane/messages.ts";
import { gatewaySnapshot } from "./data-plane/snapshot.ts";
import { gateway } from "./index.ts";
import type { Machine } from "./workers.ts";

const machine: Machine = {
  cores: 2,
  workerCommand: (id) => ["castor", "__gateway-worker", "--id", id],
};

/** Control with a site at an address of its own, whose health checks pass. */
async function control() {
  const net = {
    ...noNet,
    fetch: () => Promise.resolve(new Response("ok")),
    connect: () => Promise.resolve(),
  };
  const ports = testPorts({ net });
  const config = { catalog: { services: { site: { url: "http://127.0.0.1:2368" } } } };
  const castor = await testCastor([settings, catalog, gateway], {
    ports,
    config,
    equipment: { machine: { ...machine, folder: "/srv" } },
  });
  await castor.advance(10_000);
  return { castor, ports };
}
/** A worker tells control, and waits for its answer. */
const report = (ports: ReturnType<typeof testPorts>, what: GatewayReport) =>
  ports.bus.request(gatewayReport.name, what, { timeoutMs: 1000 });
const picture = (ports: ReturnType<typeof testPorts>) =>
  ports.snapshots.get(gatewaySnapshot)?.value;

test("workers are told where visitors may go, and one worker per core is wanted", async () => {
  const { castor, ports } = await control();
  await using _ = castor;
  expect(picture(ports)?.services.map(({ id, instances }) => [id, instances.length])).toEqual([
    ["site", 1],
  ]);
  expect(picture(ports)?.routes.map(({ service }) => service)).toEqual(["site"]);
  expect(
    ports.snapshots.get(processesOf("gateway"))?.value.processes.map(({ id, kind }) => [id, kind]),
  ).toEqual([
    ["gateway-1", "worker"],
    ["gateway-2", "worker"],
  ]);
  expect(castor.types()).toContain("gateway.routes-changed");
});

test("what workers count is what the live picture shows, and a delta that comes twice counts once", async () => {
  const { castor, ports } = await control();
  await using _ = castor;
  const slot = Math.floor(ports.clock.now() / 10_000) * 10_000;
  const series = [
    { name: requests.name, labels: { route: "*/", service: "site", class: "2xx" }, sum: 100 },
    { name: protocols.name, labels: { protocol: "HTTP/2" }, sum: 50 },
  ];
  const delta = { from: "gateway-1.x", seq: 1, slot, series };
  for (let told = 0; told < 2; told++) await report(ports, { kind: "counted", delta });
  ports.counters.add(latency, { service: "site" }, 12);
  for (const person of ["ann", "bob", "ann"])
    ports.counters.add(visitors, { service: "site" }, person);
  const shown = await castor.ask(now, { minutes: 1 });
  const seconds = (ports.clock.now() - (slot - 10_000)) / 1000;
  expect(shown.requestsPerSecond * seconds).toBeCloseTo(100, 0);
  expect(shown.statusClasses).toHaveProperty("2xx");
  expect((shown.protocols["HTTP/2"] ?? 0) * seconds).toBeCloseTo(50, 0);
  expect(shown.visitorsPerSecond * seconds).toBeCloseTo(2, 1);
  expect(shown.latencyMs.p50).toBeCloseTo(12, 0);
  expect((await castor.ask(routes, {})).routes[0]?.requestsPerSecond).toBeGreaterThan(0);
});

test("refusals are told by route and reason, and a route by what it costs its service", async () => {
  const { castor, ports } = await control();
  await using _ = castor;
  const { counters } = ports;
  counters.add(refusals, { route: "*/", reason: "gateway.no-instance" }, 3);
  counters.add(refusals, { route: "-", reason: "gateway.no-route" });
  counters.add(originTime, { route: "*/", service: "site" }, 900);
  counters.add(originAnswers, { route: "*/", service: "site" }, 3);
  expect((await castor.ask(refused, { minutes: 1 })).refusals).toMatchObject([
    { route: "*/", reason: "gateway.no-instance", total: 3 },
    { route: "-", reason: "gateway.no-route", total: 1 },
  ]);
  const asked = castor.ask(now, { minutes: 1 });
  await castor.advance(1000);
  expect((await asked).refusals.map(({ reason }) => reason)).toContain("gateway.no-route");
  expect((await castor.ask(routes, {})).routes[0]?.originMs).toBeCloseTo(300, 0);
  await castor.advance(30_000);
  expect((await castor.ask(refused, { minutes: 1 })).refusals[0]).toMatchObject({
    total: 3,
    perSecond: 0,
  });
});

test("what a worker decides by itself becomes a fact that people can read", async () => {
  const { castor, ports } = await control();
  await using _ = castor;
  const about = { worker: "gateway-1", service: "site", instance: "site-1" };
  const ejected = { what: "ejected", ...about, why: "connection refused", forMs: 30_000 } as const;
  for (let told = 0; told < 2; told++)
    await report(ports, { kind: "fact", id: "gateway-1.x/1", fact: ejected });
  await report(ports, {
    kind: "fact",
    id: "gateway-1.x/2",
    fact: { what: "readmitted", ...about, outMs: 1200 },
  });
  const [out, back, ...more] = castor
    .facts()
    .filter(({ stream }) => stream === "gateway/instances/site-1");
  expect(more).toEqual([]);
  expect(back?.cause).toBe(out?.position);
  expect(castor.castor.facts.says(out?.event ?? { type: "", data: {} })).toBe(
    "site-1 is out of rotation at gateway-1: connection refused",
  );
  expect(castor.castor.facts.says(back?.event ?? { type: "", data: {} })).toBe(
    "site-1 is back in rotation at gateway-1 after 1.2 s",
  );
});

test("what led a worker to readmit an instance is its own ejection, not another worker's", async () => {
  const { castor, ports } = await control();
  await using _ = castor;
  const of = (worker: string) => ({ worker, service: "site", instance: "site-1" });
  const tell = (id: string, fact: Extract<GatewayReport, { kind: "fact" }>["fact"]) =>
    report(ports, { kind: "fact", id, fact });
  for (const worker of ["gateway-1", "gateway-2"])
    await tell(`${worker}.x/1`, { what: "ejected", ...of(worker), why: "refused", forMs: 1 });
  for (const worker of ["gateway-1", "gateway-2"])
    await tell(`${worker}.x/2`, { what: "readmitted", ...of(worker), outMs: 2 });
  const facts = castor.facts().filter(({ stream }) => stream === "gateway/instances/site-1");
  const [outOne, outTwo, backOne, backTwo] = facts;
  expect([backOne?.cause, backTwo?.cause]).toEqual([outOne?.position, outTwo?.position]);
});

test("the live picture has what the workers say of themselves, and stands without them", async () => {
  const { castor, ports } = await control();
  await using _ = castor;
  const alone = castor.ask(now, { minutes: 1 });
  await castor.advance(1000);
  expect((await alone).workers).toEqual([]);
  const care = { share: 0.4, sickPaths: 2, resting: false };
  const instance = { id: "site-1", inFlight: 3, pooled: 1, ejected: true, limit: 20, ...care };
  const services = [{ id: "site", queued: 4, isPressed: true, breaker: "recovering" }];
  const instances = [{ service: "site", ...instance }];
  const about = { pid: 7, snapshot: 1, connections: 9, instances, services };
  ports.bus.serve(workersCluster, {
    request: () => Promise.resolve({ worker: "gateway-1", ...about }),
  });
  const asked = castor.ask(now, { minutes: 1 });
  await castor.advance(1000);
  const shown = await asked;
  expect(shown.workers).toEqual([{ id: "gateway-1", pid: 7, connections: 9 }]);
  const { pooled: _pooled, ...carried } = instance;
  expect(shown.services[0]?.instances[0]).toMatchObject(carried);
  expect(shown.services[0]).toMatchObject({ queued: 4, isPressed: true, breaker: "recovering" });
});

test("a worker's start is one fact for each of its lives, by its own word", async () => {
  const { castor, ports } = await control();
  await using _ = castor;
  const ready = (pid: number, n: number) =>
    report(ports, {
      kind: "fact",
      id: `gateway-1.${pid}/${n}`,
      fact: { what: "ready", worker: "gateway-1", pid, snapshot: n },
    });
  for (const [pid, n] of [
    [7, 1],
    [7, 2],
    [8, 1],
  ] as const)
    await ready(pid, n);
  const starts = castor.facts().filter(({ event }) => event.type === "gateway.worker-started");
  expect(starts.map(({ event }) => (event.data as { pid: number }).pid)).toEqual([7, 8]);
});

test("a breaker's turns are facts, and the one that ends names the one that began", async () => {
  const { castor, ports } = await control();
  await using _ = castor;
  const about = { worker: "gateway-1", service: "site" };
  const opened = { what: "breaker-opened", ...about, requests: 40, errors: 31, forMs: 10_000 };
  const closed = { what: "breaker-closed", ...about, openMs: 20_000 };
  for (const [n, fact] of [opened, closed].entries())
    await report(ports, { kind: "fact", id: `gateway-1.x/${n}`, fact } as GatewayReport);
  const facts = castor.facts().filter(({ stream }) => stream === "gateway/breakers/site");
  expect(facts.map(({ event }) => castor.castor.facts.says(event))).toEqual([
    "site is given a rest of 10 s at gateway-1: 31 of its last 40 answers failed",
    "site gets all requests again at gateway-1, 20 s after they were stopped",
  ]);
  expect(facts[1]?.cause).toBe(facts[0]?.position);
});

test("the strip of an instance shows its last intervals, the present one last", async () => {
  const { castor, ports } = await control();
  await using _ = castor;
  const labels = { service: "site", instance: "site-1" };
  const count = (requestCount: number, errorCount: number) => {
    ports.counters.add(instanceRequests, labels, requestCount);
    ports.counters.add(instanceErrors, labels, errorCount);
  };
  count(10, 0);
  await castor.advance(10_000);
  count(10, 1);
  await castor.advance(10_000);
  count(10, 5);
  const strip = (await castor.ask(now, { minutes: 1 })).services[0]?.instances[0]?.strip ?? [];
  expect(strip).toHaveLength(64);
  expect(strip.slice(-4)).toEqual(["none", "good", "mixed", "bad"]);
});
