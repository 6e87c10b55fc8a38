import { afterEach, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { inProcessBus } from "../bus/in-process.ts";
import { machineClock } from "../clock/machine.ts";
import { aKeeper, anOwner, aDataFolder, aService, endFixtures, inState } from "./fixture.ts";
import { identify, isGroupAlive } from "./identity.ts";
import { AlreadyKept } from "./lock.ts";

afterEach(endFixtures);

const pidOf = (fact: { pid?: number | undefined }): number => {
  if (fact.pid === undefined) throw new Error("It has no process.");
  return fact.pid;
};

test("what an owner wants is run, what it no longer wants is stopped", async () => {
  const { want, facts } = await aKeeper();
  await want([aService("shop-1", "sleep 1000"), aService("shop-2", "sleep 1000")]);
  const one = await facts.until("shop-1", inState("running"));
  await facts.until("shop-2", inState("running"));
  await want([aService("shop-2", "sleep 1000")]);
  const gone = await facts.until("shop-1", inState("exited"));
  expect(gone).toMatchObject({ asked: true, signal: "SIGTERM" });
  expect(identify(pidOf(one))).toBeUndefined();
  expect(facts.states("shop-2")).toEqual(["starting", "running"]);
});

test("what ends by itself is started again, and how it ended is told", async () => {
  const { want, facts } = await aKeeper();
  await want([aService("shop-1", "exit 3", { restart: { firstMs: 1, maxMs: 1 } })]);
  const ended = await facts.until("shop-1", inState("exited"));
  expect(ended).toMatchObject({ code: 3, asked: false, restarts: 0 });
  const again = await facts.until("shop-1", inState("running"), ended);
  expect(again.restarts).toBe(1);
  await facts.until("shop-1", inState("crash-looping"));
});

test("control is started again at once when it is killed", async () => {
  const { facts } = await aKeeper();
  const first = await facts.until("control", inState("running"));
  process.kill(pidOf(first), "SIGKILL");
  const ended = await facts.until("control", inState("exited"));
  expect(ended).toMatchObject({ signal: "SIGKILL", asked: false });
  expect(ended.nextAt ?? Infinity).toBeLessThanOrEqual(ended.at);
  const second = await facts.until("control", inState("running"), ended);
  expect(second.pid).not.toBe(first.pid);
});

test("a command that is not there is told in words, and tried again", async () => {
  const { want, facts } = await aKeeper();
  const missing = { id: "shop-1", kind: "service" as const, command: ["/no/such/program"] };
  await want([{ ...missing, restart: { firstMs: 1, maxMs: 1, crashLoopAfter: 2 } }]);
  const first = await facts.until("shop-1", inState("exited"));
  expect(first.error).toContain("/no/such/program");
  await facts.until("shop-1", inState("crash-looping"));
});

test("a stop reaches the whole group, and kills what will not end", async () => {
  const { want, facts } = await aKeeper();
  const stubborn = `trap '' TERM; sleep 1000 & touch "$CASTOR_READY_FILE"; while :; do sleep 0.05; done`;
  await want([aService("shop-1", stubborn, { ready: { file: true }, stop: { graceMs: 100 } })]);
  const running = await facts.until("shop-1", inState("running"));
  await want([]);
  const gone = await facts.until("shop-1", inState("exited"));
  expect(gone).toMatchObject({ asked: true, signal: "SIGKILL" });
  expect(isGroupAlive(pidOf(running))).toBe(false);
});

test("what is about to stop is told of before it is asked to", async () => {
  const { want, facts } = await aKeeper();
  await want([aService("shop-1", "exec sleep 1000", { stop: { drainMs: 150 } })]);
  const running = await facts.until("shop-1", inState("running"));
  await want([]);
  await facts.until("shop-1", inState("stopping"));
  expect(identify(pidOf(running))).toBeDefined();
  const [stopping, exited] = [inState("stopping"), inState("exited")].map(
    (isIt) => facts.of("shop-1").find(isIt) ?? facts.until("shop-1", isIt),
  );
  expect((await exited)?.at).toBeGreaterThanOrEqual(((await stopping)?.at ?? 0) + 140);
});

test("what a crashed process left behind is ended before it starts again", async () => {
  const { want, facts } = await aKeeper();
  const command = "sleep 1000 & exit 1";
  await want([aService("shop-1", command, { restart: { firstMs: 10_000 } })]);
  const running = await facts.until("shop-1", inState("running"));
  await facts.until("shop-1", inState("exited"));
  while (isGroupAlive(pidOf(running))) await Bun.sleep(5);
});

test("a changed service is stopped before its successor starts, one instance at a time", async () => {
  const { want, facts } = await aKeeper();
  const both = (version: string) =>
    ["shop-1", "shop-2"].map((id) => aService(id, "sleep 1000", { env: { VERSION: version } }));
  await want(both("1"));
  await facts.until("shop-2", inState("running"));
  const before = facts.all.length;
  await want(both("2"));
  const last = facts.all.at(-1);
  await facts.until("shop-2", inState("running"), last);
  const seen = facts.all.slice(before).map(({ id, state }) => `${id} ${state}`);
  expect(seen).toEqual(
    ["shop-1", "shop-2"].flatMap((id) =>
      ["stopping", "exited", "starting", "running"].map((state) => `${id} ${state}`),
    ),
  );
});

test("a changed worker serves until its successor is ready", async () => {
  const { want, facts, data } = await aKeeper();
  const go = join(data, "go");
  const worker = (version: string, command: string) => ({
    id: "gateway-1",
    kind: "worker" as const,
    command,
    env: { VERSION: version },
    ready: { file: true },
  });
  await want([worker("1", 'touch "$CASTOR_READY_FILE"; exec sleep 1000')]);
  const first = await facts.until("gateway-1", inState("running"));
  const slow = `while [ ! -e ${go} ]; do sleep 0.02; done; touch "$CASTOR_READY_FILE"; exec sleep 1000`;
  await want([worker("2", slow)]);
  const second = await facts.until("gateway-1", inState("starting"), first);
  expect(second.pid).not.toBe(first.pid);
  expect(identify(pidOf(first))).toBeDefined();
  await Bun.write(go, "");
  await facts.until("gateway-1", inState("running"), second);
  while (identify(pidOf(first))) await Bun.sleep(5);
  expect(identify(pidOf(second))).toBeDefined();
});

test("a service that waits for its port is running once it accepts", async () => {
  const { want, facts } = await aKeeper();
  const probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("") });
  const { port = 0 } = probe;
  await probe.stop(true);
  const script = `Bun.serve({ port: ${port}, hostname: "127.0.0.1", fetch: () => new Response("hi") })`;
  const command = [process.execPath, "-e", script];
  await want([{ id: "shop-1", kind: "service", command, ready: { port } }]);
  await facts.until("shop-1", inState("running"));
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("hi");
});

test("all that it prints is in its log, also what it prints last", async () => {
  const { want, facts, bus } = await aKeeper();
  await want([
    aService(
      "shop-1",
      "echo out; echo err >&2; trap 'echo bye; exit 0' TERM; echo on; while :; do sleep 0.02; done",
    ),
  ]);
  const tail = async (): Promise<string[]> => {
    const body = { do: "tail", id: "shop-1", lines: 10 };
    const { lines } = (await bus.request("keeper", body, { timeoutMs: 5_000 })) as {
      lines: string[];
    };
    return lines.map((line) => line.slice(line.indexOf(" ") + 1));
  };
  while ((await tail()).length < 3) await Bun.sleep(5);
  await want([]);
  await facts.until("shop-1", inState("exited"));
  const lines = (await tail()).filter((line) => line !== "Terminated"); // Says the shell of its sleep.
  expect(lines).toEqual(["out", "err", "on", "bye"]);
});

test("an operator may have a process restarted, which counts as no failure", async () => {
  const { want, facts, bus } = await aKeeper();
  await want([aService("shop-1", "sleep 1000")]);
  const first = await facts.until("shop-1", inState("running"));
  const ask = (id: string) => bus.request("keeper", { do: "restart", id }, { timeoutMs: 5_000 });
  expect(await ask("shop-1")).toEqual({ restarted: true });
  const second = await facts.until("shop-1", inState("running"), first);
  expect(second.pid).not.toBe(first.pid);
  expect(second.restarts).toBe(0);
  expect(await ask("nobody")).toEqual({ restarted: false });
});

test("the tree can be asked for, and is told as a whole", async () => {
  const { want, facts, bus, keeper } = await aKeeper();
  await want([aService("shop-1", "sleep 1000")]);
  await facts.until("shop-1", inState("running"));
  const list = await bus.request("keeper", { do: "list" }, { timeoutMs: 5_000 });
  expect(list).toEqual({ keeper: process.pid, processes: keeper.states() });
  expect(keeper.states().map(({ id, state }) => [id, state])).toEqual([
    ["control", "running"],
    ["shop-1", "running"],
  ]);
});

test("services of an earlier day wait for control, workers do not", async () => {
  const data = aDataFolder();
  const earlier = anOwner(data);
  const worker = { id: "gateway-1", kind: "worker" as const, command: "sleep 1000" };
  await earlier.want([aService("shop-1", "sleep 1000"), worker]);
  const { facts, keeper, want } = await aKeeper({ data, confirmWithinMs: 3_600_000 });
  await facts.until("gateway-1", inState("running"));
  expect(keeper.states().map(({ id }) => id)).not.toContain("shop-1");
  await want([aService("shop-1", "sleep 1000"), worker]);
  await facts.until("shop-1", inState("running"));
});

test("a keeper that comes later than control's word asks for it again", async () => {
  const data = aDataFolder();
  const bus = inProcessBus({ clock: machineClock() });
  await anOwner(data, bus).want([aService("shop-1", "sleep 1000")]);
  const { facts } = await aKeeper({ data, bus, confirmWithinMs: 3_600_000 });
  await facts.until("shop-1", inState("running"));
});

test("services of an earlier day run without control when it does not come up", async () => {
  const data = aDataFolder();
  await anOwner(data).want([aService("shop-1", "sleep 1000")]);
  const { facts } = await aKeeper({ data, confirmWithinMs: 3_600_000 });
  process.kill(pidOf(await facts.until("control", inState("running"))), "SIGKILL");
  await facts.until("shop-1", inState("running"));
});

test("what was removed and comes back at once is stopped once and started once", async () => {
  const { want, facts, keeper } = await aKeeper();
  const shop = aService("shop-1", "sleep 1000");
  await want([shop]);
  const first = await facts.until("shop-1", inState("running"));
  await want([]);
  await want([shop]);
  const second = await facts.until("shop-1", inState("running"), first);
  expect(identify(pidOf(first))).toBeUndefined();
  expect(identify(pidOf(second))).toBeDefined();
  expect(keeper.states().filter(({ id }) => id === "shop-1")).toHaveLength(1);
});

test("an end is graceful, control last, and leaves nothing behind", async () => {
  const { want, facts, keeper, data } = await aKeeper();
  await want([
    aService("shop-1", 'touch "$CASTOR_READY_FILE"; sleep 1000', { ready: { file: true } }),
    { id: "gateway-1", kind: "worker", command: "sleep 1000" },
  ]);
  await facts.until("gateway-1", inState("running"));
  await facts.until("shop-1", inState("running"));
  const pids = keeper.states().map(pidOf);
  await keeper.stop();
  const ends = facts.all.filter(inState("exited")).map(({ id }) => id);
  expect(ends).toEqual(["gateway-1", "shop-1", "control"]);
  for (const pid of pids) expect(identify(pid)).toBeUndefined();
  expect(existsSync(join(data, "run", "keeper.pid"))).toBe(false);
  expect(readdirSync(join(data, "run", "processes"))).toEqual([]);
});

test("a second keeper on the same folder is refused in words", async () => {
  const { data } = await aKeeper();
  await expect(aKeeper({ data })).rejects.toBeInstanceOf(AlreadyKept);
});

test("a service sees nothing that is meant for Castor", async () => {
  process.env["CASTOR_TEST_SECRET"] = "s";
  try {
    const { want, facts, bus } = await aKeeper();
    await want([aService("shop-1", "env; exec sleep 1000", { env: { GIVEN: "1" } })]);
    await facts.until("shop-1", inState("running"));
    let text = "";
    while (!text.includes("PATH=") || !text.includes("GIVEN=1")) {
      await Bun.sleep(5);
      const body = { do: "tail", id: "shop-1", lines: 1_000 };
      text = JSON.stringify(await bus.request("keeper", body, { timeoutMs: 5_000 }));
    }
    expect(text).not.toContain("CASTOR_TEST_SECRET");
  } finally {
    delete process.env["CASTOR_TEST_SECRET"];
  }
});
