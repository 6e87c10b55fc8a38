import { processesOf, type ProcessState, processesState, processFact } from "#kernel";
import { noNet, testCastor, testPorts, type TestCastor } from "#kernel/testing";
import { afterEach, expect, test } from "bun:test";
import { settings } from "../../platform/settings/index.ts";
import { configApplied } from "../../platform/settings/contract.ts";
import { instanceLogs, services, targets } from "./contract.ts";
import { catalog } from "./index.ts";

const open: TestCastor[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each[Symbol.asyncDispose]();
});

/** A Castor with one service, whose instances answer as `isWell` says. */
async function aCastor(
  service: Record<string, unknown> = { run: "bun shop.ts", instances: 2 },
  fetch?: (url: string) => Promise<Response>,
) {
  const world = { isWell: true, takenPort: 0 };
  const ask = (): Promise<Response> =>
    Promise.resolve(new Response("", { status: world.isWell ? 200 : 503 }));
  const connect = ({ port }: { port: number }): Promise<void> =>
    port === world.takenPort ? Promise.resolve() : Promise.reject(new Error("refused"));
  const ports = testPorts({ net: { ...noNet, fetch: fetch ?? ask, connect } });
  const health = { path: "/health", every: "5s" };
  const config = { catalog: { services: { shop: { health, ...service } } } };
  const castor = await testCastor([settings, catalog], {
    ports,
    config,
    equipment: { machine: { folder: "/srv/shop" } },
  });
  open.push(castor);
  await castor.advance(10);
  const heard = async (state: ProcessState["state"], more: Partial<ProcessState> = {}) => {
    const at = castor.clock.now();
    const id = "shop-1";
    await castor.publish(processFact, { id, kind: "service", state, restarts: 0, at, ...more });
  };
  const reconfigure = async (to: Record<string, unknown>): Promise<void> => {
    castor.castor.configure({
      settings: {},
      catalog: catalog.config.parse({ services: to }),
    });
    const fx = castor.castor.effects(settings, { actor: { kind: "system", id: "test" } });
    await fx.record("config", [configApplied({ file: "castor.yaml", hash: "2", changes: [] })]);
    await castor.advance(100);
  };
  const wanted = () => ports.snapshots.get(processesOf("catalog"))?.value.processes ?? [];
  const types = () => castor.types().filter((type) => type.startsWith("catalog."));
  return { castor, ports, world, heard, wanted, types, reconfigure };
}

test("what is configured is what the keeper is told to run, each on a port of its own", async () => {
  const { wanted, castor } = await aCastor();
  const [one, two] = wanted();
  expect([one?.id, two?.id]).toEqual(["shop-1", "shop-2"]);
  expect(one?.cwd).toBe("/srv/shop/");
  expect(one?.env?.["PORT"]).toBe(String(one?.ready?.port));
  expect(one?.env?.["PORT"]).not.toBe(two?.env?.["PORT"]);
  const [service] = await castor.ask(targets, {});
  expect(service?.instances.map(({ port }) => String(port))).toEqual([
    String(one?.env?.["PORT"]),
    String(two?.env?.["PORT"]),
  ]);
});

test("an instance that runs is checked at once, and its health is a fact", async () => {
  const { castor, heard, types } = await aCastor();
  await heard("running", { pid: 7 });
  await castor.advance(1_000);
  expect(types().slice(-2)).toEqual(["catalog.instance-started", "catalog.instance-healthy"]);
  const [shop] = await castor.ask(services, {});
  expect(shop?.instances[0]).toMatchObject({ state: "running", health: "healthy", pid: 7 });
  expect(shop?.instances[0]?.strip).toEqual(["ok"]);
  expect(shop?.instances[1]).toMatchObject({ state: "placed", health: "unknown", strip: [] });
});

test("a new run of an instance is checked at once, whenever the next check was due", async () => {
  const { castor, heard, types } = await aCastor();
  await heard("running", { pid: 7 });
  await castor.advance(1_000);
  await heard("exited", { signal: "SIGKILL", asked: false });
  await heard("starting", { pid: 8 });
  await heard("running", { pid: 8 });
  await castor.advance(200);
  expect(types().at(-1)).toBe("catalog.instance-healthy");
});

test("an instance is to be found once its process runs, and no more when it ended", async () => {
  const { castor, heard } = await aCastor();
  const runs = async () => (await castor.ask(targets, {}))[0]?.instances[0]?.running;
  expect(await runs()).toBe(false);
  await heard("starting", { pid: 7 });
  expect(await runs()).toBe(false);
  await heard("running", { pid: 7 });
  expect(await runs()).toBe(true);
  await heard("exited", { signal: "SIGKILL", asked: false });
  expect(await runs()).toBe(false);
});

test("what the keeper does not list when it tells everything has ended, and gets no visitors", async () => {
  const { castor, heard, types } = await aCastor();
  await heard("running", { pid: 7 });
  await castor.advance(1_000);
  await castor.publish(processesState, { keeper: 1, processes: [] });
  expect(types().at(-1)).toBe("catalog.instance-exited");
  expect((await castor.ask(targets, {}))[0]?.instances[0]).toMatchObject({ running: false });
  await castor.publish(processesState, { keeper: 1, processes: [] });
  expect(types().filter((type) => type === "catalog.instance-exited")).toHaveLength(1);
});

test("three failed checks take an instance out, one passed check takes it in again", async () => {
  const { castor, heard, world, types } = await aCastor();
  await heard("running", { pid: 7 });
  await castor.advance(1_000);
  const mayServe = async () => (await castor.ask(targets, {}))[0]?.instances[0]?.healthy;
  expect(await mayServe()).toBe(true);
  world.isWell = false;
  await castor.advance(9_000);
  expect(await mayServe()).toBe(false);
  expect(types().at(-1)).toBe("catalog.instance-unhealthy");
  world.isWell = true;
  await castor.advance(2_000);
  expect(await mayServe()).toBe(true);
  expect(types().filter((type) => type === "catalog.instance-unhealthy")).toHaveLength(1);
});

test("a thousand checks that say the same are no facts, and a strip of 64", async () => {
  const { castor, heard, types } = await aCastor();
  await heard("running", { pid: 7 });
  await castor.advance(1_000);
  const before = types().length;
  await castor.advance(600_000);
  expect(types()).toHaveLength(before);
  expect((await castor.ask(services, {}))[0]?.instances[0]?.strip).toHaveLength(64);
});

test("an instance that ended is out of rotation by that fact alone", async () => {
  const { castor, heard } = await aCastor();
  await heard("running", { pid: 7 });
  await castor.advance(1_000);
  await heard("exited", { signal: "SIGKILL", asked: false });
  const [shop] = await castor.ask(targets, {});
  expect(shop?.instances[0]?.healthy).toBe(false);
  const [described] = await castor.ask(services, {});
  expect(described?.instances[0]).toMatchObject({ state: "exited", why: "killed by SIGKILL" });
});

test("an instance that is about to stop gets no more visitors", async () => {
  const { castor, heard, types } = await aCastor();
  await heard("running", { pid: 7 });
  await castor.advance(1_000);
  await heard("stopping", { pid: 7 });
  expect((await castor.ask(targets, {}))[0]?.instances[0]?.healthy).toBe(false);
  await heard("exited", { asked: true, signal: "SIGTERM" });
  expect(types().slice(-2)).toEqual(["catalog.instance-stopping", "catalog.instance-exited"]);
});

test("what the keeper tells as a whole is what it told one by one", async () => {
  const { castor, types } = await aCastor();
  const one: ProcessState = {
    id: "shop-1",
    kind: "service",
    state: "running",
    pid: 7,
    restarts: 2,
    at: 0,
  };
  const state = { keeper: 1, processes: [one] };
  await castor.publish(processesState, state);
  await castor.publish(processesState, state);
  await castor.advance(10);
  expect(types().filter((type) => type === "catalog.instance-started")).toHaveLength(1);
  expect((await castor.ask(services, {}))[0]?.instances[0]).toMatchObject({ pid: 7, restarts: 2 });
});

test("an instance whose port somebody else took gets another", async () => {
  const { castor, heard, wanted, world } = await aCastor();
  const [one, two] = wanted().map(({ env }) => env?.["PORT"]);
  await heard("crash-looping", { code: 1, asked: false });
  await castor.advance(100);
  expect(wanted().map(({ env }) => env?.["PORT"])).toEqual([one, two]);
  await heard("running", { pid: 7 });
  await castor.advance(1_000);
  world.takenPort = Number(one);
  await heard("crash-looping", { code: 1, asked: false });
  await castor.advance(100);
  const [now, other] = wanted().map(({ env }) => env?.["PORT"]);
  expect(now).not.toBe(one);
  expect(other).toBe(two);
});

test("a changed configuration is followed: more instances, then none", async () => {
  const { wanted, types, reconfigure } = await aCastor();
  const ports = wanted().map(({ env }) => env?.["PORT"]);
  await reconfigure({ shop: { run: "bun shop.ts", instances: 3 } });
  expect(wanted().map(({ id }) => id)).toEqual(["shop-1", "shop-2", "shop-3"]);
  expect(
    wanted()
      .slice(0, 2)
      .map(({ env }) => env?.["PORT"]),
  ).toEqual(ports);
  await reconfigure({});
  expect(wanted()).toEqual([]);
  expect(types().slice(-4)).toEqual([
    "catalog.instance-withdrawn",
    "catalog.instance-withdrawn",
    "catalog.instance-withdrawn",
    "catalog.service-withdrawn",
  ]);
});

test("a site that Castor does not run is checked too, and never started", async () => {
  const { castor, wanted, types } = await aCastor({ url: "http://127.0.0.1:2368" });
  expect(wanted()).toEqual([]);
  expect((await castor.ask(targets, {}))[0]?.instances[0]).toMatchObject({
    id: "shop-1",
    host: "127.0.0.1",
    port: 2368,
  });
  await castor.advance(5_000);
  expect(types()).toContain("catalog.instance-healthy");
  const answer = await castor.act("catalog.restart", { instance: "shop-1" });
  expect(answer).toMatchObject({ refused: true, problem: { type: "catalog.not-ours" } });
});

test("a restart and the logs are the keeper's to give", async () => {
  const { castor, ports } = await aCastor();
  expect(await castor.act("catalog.restart", { instance: "shop-9" })).toMatchObject({
    problem: { type: "catalog.unknown-instance" },
  });
  const asked: unknown[] = [];
  ports.bus.serve("keeper", {
    request: ({ body }) => {
      asked.push(body);
      const { do: what } = body as { do: string };
      return Promise.resolve(what === "tail" ? { lines: ["a", "b"] } : { restarted: true });
    },
  });
  expect(await castor.act("catalog.restart", { instance: "shop-1" })).toEqual({
    instance: "shop-1",
  });
  const logs = await castor.ask(instanceLogs, { instance: "shop-1", lines: 2 });
  expect(logs).toEqual({ instance: "shop-1", lines: ["a", "b"] });
  expect(asked).toEqual([
    { do: "restart", id: "shop-1" },
    { do: "tail", id: "shop-1", lines: 2 },
  ]);
});

test("without a keeper, a restart is refused and the logs say why there are none", async () => {
  const { castor } = await aCastor();
  expect(await castor.act("catalog.restart", { instance: "shop-1" })).toMatchObject({
    problem: { type: "catalog.keeper-away" },
  });
  const logs = await castor.ask(instanceLogs, { instance: "shop-1", lines: 2 });
  expect(logs.unavailable).toContain("keeper");
});

test("a new instance gets its warm-up before visitors, once for each start, and the log says how it went", async () => {
  const asked: string[] = [];
  const { promise: isSlowOver, resolve: letGo } = Promise.withResolvers<void>();
  const fetch = async (url: string): Promise<Response> => {
    const { pathname } = new URL(url);
    asked.push(pathname);
    if (pathname === "/slow") await isSlowOver;
    return new Response("", { status: pathname === "/broken" ? 500 : 200 });
  };
  const warmUp = { paths: ["/", "/slow", "/broken"], concurrency: 1 };
  const { castor, heard } = await aCastor({ run: "bun shop.ts", instances: 1, warmUp }, fetch);
  const isHealthy = async () => (await castor.ask(targets, {}))[0]?.instances[0]?.healthy;
  await heard("running", { pid: 7 });
  await castor.advance(2_000);
  expect(asked).toEqual(["/health", "/", "/slow"]);
  expect(await isHealthy()).toBe(false);
  letGo();
  await castor.advance(1_000);
  expect(await isHealthy()).toBe(true);
  expect(asked.slice(0, 4)).toEqual(["/health", "/", "/slow", "/broken"]);
  const said = castor.facts().findLast(({ event }) => event.type === "catalog.instance-healthy");
  expect(castor.castor.facts.says(said?.event ?? { type: "", data: {} })).toMatch(
    /warmed up with 2 of 3 requests in \d+ ms/,
  );
  await castor.advance(20_000);
  expect(asked.filter((path) => path === "/slow")).toHaveLength(1);
  await heard("exited", { code: 1 });
  await heard("running", { pid: 8 });
  await castor.advance(2_000);
  expect(asked.filter((path) => path === "/slow")).toHaveLength(2);
});
