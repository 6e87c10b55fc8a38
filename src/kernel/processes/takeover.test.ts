import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { anOwner, aDataFolder, aKeeper, endFixtures, inState, later } from "./fixture.ts";
import { type Identity, identify, isAlive, signalGroup } from "./identity.ts";
import { tailLog } from "./log-file.ts";
import type { ProcessSpec, ProcessState } from "./process.ts";

afterEach(endFixtures);

/** A keeper in a process of its own, which can be killed; its facts come over its output. */
async function aKeeperToKill(data: string) {
  const script = `
    import { runKeeper } from ${JSON.stringify(join(import.meta.dir, "..", "..", "keeper.ts"))};
    const code = await runKeeper({
      data: ${JSON.stringify(data)},
      control: { command: ["sleep", "1000"] },
      onFact: (fact) => console.log(JSON.stringify(fact)),
    });
    process.exit(code);`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "inherit" });
  const facts: ProcessState[] = [];
  const waiting = new Set<() => void>();
  const reading = (async () => {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of child.stdout) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      facts.push(...lines.map((line) => JSON.parse(line) as ProcessState));
      for (const wake of waiting) wake();
      waiting.clear();
    }
  })();
  later(async () => {
    child.kill("SIGKILL");
    await child.exited;
    await reading;
    for (const { pid } of facts) if (pid !== undefined) signalGroup(pid, "SIGKILL");
  });
  const running = async (id: string): Promise<Identity> => {
    for (;;) {
      const fact = facts.find((each) => each.id === id && each.state === "running");
      const known = fact?.pid === undefined ? undefined : identify(fact.pid);
      if (known) return known;
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  };
  return { child, facts, running };
}

const aShop = (port: number, more: Partial<ProcessSpec> = {}): ProcessSpec => ({
  id: "shop-1",
  kind: "service",
  command: [
    process.execPath,
    "-e",
    `let n = 0;
     Bun.serve({ port: ${port}, hostname: "127.0.0.1", fetch: () => { console.log("hit", ++n); return new Response("hi"); } });`,
  ],
  ready: { port },
  ...more,
});

async function aFreePort(): Promise<number> {
  const probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("") });
  const { port = 0 } = probe;
  await probe.stop(true);
  return port;
}

test("kill -9 of the keeper: what it kept serves on, the next keeper takes it over, no request fails", async () => {
  const data = aDataFolder();
  const port = await aFreePort();
  await anOwner(data).want([aShop(port)], "gateway");
  const first = await aKeeperToKill(data);
  // No control ever confirms here: the services start when the wait for it is over.
  const shop = await first.running("shop-1");
  const control = await first.running("control");

  let isOver = false;
  const answers: string[] = [];
  const visiting = (async () => {
    while (!isOver) {
      answers.push(await (await fetch(`http://127.0.0.1:${port}/`)).text());
      await Bun.sleep(2);
    }
  })();
  const more = async (count: number): Promise<void> => {
    for (const until = answers.length + count; answers.length < until;) await Bun.sleep(1);
  };
  await more(20);
  first.child.kill("SIGKILL");
  await first.child.exited;
  await more(20);
  const { facts, want } = await aKeeper({ data });
  const adopted = await facts.until("shop-1", inState("running"));
  await more(20);
  isOver = true;
  await visiting;

  expect(adopted.pid).toBe(shop.pid);
  expect(new Set(answers)).toEqual(new Set(["hi"]));
  expect(isAlive(control)).toBe(false); // Its successor has the latest program and configuration.
  const lines = () =>
    tailLog(join(data, "logs"), "shop-1", 1_000).filter((line) => / hit /.test(line));
  while (lines().length < answers.length) await Bun.sleep(5);
  expect(lines()).toHaveLength(answers.length); // Not even a line of its log was lost.

  await want([], "gateway");
  await facts.until("shop-1", inState("exited"));
  expect(isAlive(shop)).toBe(false);
}, 30_000);

test("kill -9 of the keeper: what has changed or is no longer wanted is ended by the next one", async () => {
  const data = aDataFolder();
  const owner = anOwner(data);
  const worker = (id: string, version: string): ProcessSpec => ({
    id,
    kind: "worker",
    command: "exec sleep 1000",
    env: { VERSION: version },
  });
  await owner.want([worker("w-1", "1"), worker("w-2", "1"), worker("w-3", "1")]);
  const first = await aKeeperToKill(data);
  const [same, changed, unwanted] = await Promise.all(["w-1", "w-2", "w-3"].map(first.running));
  if (!same || !changed || !unwanted) throw new Error("They did not start.");
  first.child.kill("SIGKILL");
  await first.child.exited;
  await owner.want([worker("w-1", "1"), worker("w-2", "2")]);

  const { facts, keeper } = await aKeeper({ data });
  const successor = await facts.until("w-2", inState("running"));
  expect(successor.pid).not.toBe(changed.pid);
  expect([same, changed, unwanted].map(isAlive)).toEqual([true, false, false]);
  await keeper.stop();
  expect(isAlive(same)).toBe(false);
}, 30_000);

test("an adopted process is started again when it ends", async () => {
  const data = aDataFolder();
  await anOwner(data).want([{ id: "w-1", kind: "worker", command: "exec sleep 1000" }]);
  const first = await aKeeperToKill(data);
  const worker = await first.running("w-1");
  first.child.kill("SIGKILL");
  await first.child.exited;
  const { facts } = await aKeeper({ data });
  const adopted = await facts.until("w-1", inState("running"));
  expect(adopted.pid).toBe(worker.pid);
  process.kill(worker.pid, "SIGKILL");
  const ended = await facts.until("w-1", inState("exited"), adopted);
  expect(ended.asked).toBe(false);
  expect(ended.code).toBeUndefined();
  const again = await facts.until("w-1", inState("running"), ended);
  expect(again.pid).not.toBe(worker.pid);
}, 30_000);

test("SIGTERM ends a keeper and all it keeps with exit code 0; a second signal does not wait", async () => {
  const data = aDataFolder();
  const deaf = (graceMs: number): ProcessSpec => ({
    id: "w-1",
    kind: "worker",
    command: `trap '' TERM; touch "$CASTOR_READY_FILE"; while :; do sleep 0.05; done`,
    ready: { file: true },
    stop: { graceMs },
  });
  await anOwner(data).want([deaf(100)]);
  const patient = await aKeeperToKill(data);
  const worker = await patient.running("w-1");
  patient.child.kill("SIGTERM");
  expect(await patient.child.exited).toBe(0);
  expect(isAlive(worker)).toBe(false);

  const other = aDataFolder();
  await anOwner(other).want([deaf(3_600_000)]);
  const hasty = await aKeeperToKill(other);
  const second = await hasty.running("w-1");
  hasty.child.kill("SIGTERM");
  while (!hasty.facts.some(inState("stopping"))) await Bun.sleep(5);
  // One wish to stop may arrive several times at once, so a second counts only a little later.
  while (hasty.child.exitCode === null) {
    hasty.child.kill("SIGTERM");
    await Bun.sleep(50);
  }
  expect(hasty.child.exitCode).toBe(130);
  expect(isAlive(second)).toBe(false);
}, 30_000);
