import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineClock } from "../../../src/kernel/clock/machine.ts";
import { openSqliteLog } from "../../../src/kernel/log/sqlite.ts";
import type { GroupTold } from "../../../src/respond/alerts/contract.ts";
import { FarSides } from "./far-sides.ts";
import { type Night, verdict } from "./verdict.ts";

const alertsPerRound = 2;
const waitForStepMsMax = 1_500;
const restWithinMsMax = 180_000;
/** Longer than a step of the ladder, by so much. */
const restMs = 500;
const lastWordsMs = 20;

/** Where a kill may fall: at each fact of a page, and around each message on the wire. */
const steps = [
  ...["triggered", "climbed", "intended", "attempted", "accepted", "failed", "hastened"],
  ...["acknowledged", "dropped"],
].map((each) => `paging.${each}`);
const moments = [...steps, "asked", "answered", "chance"];

const channel = (url: string, name: string, more: object = {}): object => ({
  ...{ kind: "webhook", name, url: `${url}/${name}`, secret: "a-secret-of-sixteen-or-more" },
  ...more,
});
const configOf = (url: string, port: number, stepS: number): object => ({
  paging: {
    address: `http://127.0.0.1:${port}`,
    fuse: { calls: 1_000, within: "1s" },
    people: {
      ann: { channels: [channel(url, "phone"), channel(url, "sms", { after: "1s" })] },
      ben: { channels: [channel(url, "ben")] },
    },
    policies: {
      default: {
        steps: [
          { who: ["ann"], after: `${stepS}s` },
          { who: ["ben"], after: `${stepS}s` },
        ],
      },
    },
  },
});

type Hear = (hear: (line: string) => void) => void;
export type Pager = { port: number; kill(): Promise<void>; facts: Hear };

export async function startPager(
  folder: string,
  of: { port: number; config: object; alive?: readonly string[] },
): Promise<Pager> {
  const child = Bun.spawn(
    [
      process.execPath,
      join(import.meta.dir, "pager.ts"),
      folder,
      `${of.port}`,
      JSON.stringify(of.config),
      ...(of.alive ?? []),
    ],
    { stdout: "pipe", stderr: "ignore" },
  );
  const ready = Promise.withResolvers<number>();
  const hearers = new Set<(line: string) => void>();
  void (async () => {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of child.stdout) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line.startsWith("ready ")) ready.resolve(Number(line.slice(6)));
        for (const hear of hearers) hear(line);
      }
    }
    ready.reject(new Error("The pager ended before it was ready."));
  })();
  return {
    port: await ready.promise,
    facts: (hear) => void hearers.add(hear),
    kill: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

export async function raise(port: number, group: string): Promise<boolean> {
  const told: GroupTold = {
    ...{ group, key: group, receiver: "default", severity: "critical", title: group },
    ...{ labels: { alertname: group }, annotations: {}, service: null, alerts: [], impact: [] },
    ...{ firing: 1, resolved: 0, since: Date.now(), why: "new", quiet: false },
  };
  const init = { method: "POST", body: JSON.stringify(told) };
  const answer = await fetch(`http://127.0.0.1:${port}/tell`, init).catch(() => undefined);
  return answer?.ok === true;
}

/** Resolves when the moment comes, or after a while if it does not come in this life. */
async function moment(pager: { facts: Hear }, far: FarSides, what: string): Promise<void> {
  const came = Promise.withResolvers<void>();
  const wait = what === "chance" ? far.chance.unit() * 1_500 : waitForStepMsMax;
  const late = setTimeout(() => came.resolve(), wait);
  pager.facts((line) => line === what && came.resolve());
  far.heard = (each) => each === what && came.resolve();
  await came.promise;
  clearTimeout(late);
  far.heard = () => undefined;
}

/** kill -9 so often, each at another step, then rest: what the far sides saw beside what the log says. */
export async function killRounds(of: {
  rounds: number;
  seed: number;
  /** How long a call waits for an answer. */
  stepS?: number;
  progress?: (round: number) => void;
}): Promise<Night> {
  const folder = mkdtempSync(join(tmpdir(), "castor-pages-"));
  const far = new FarSides(of.seed);
  const url = await far.open();
  const { stepS = 3 } = of;
  const first = await startPager(folder, { port: 0, config: configOf(url, 1, stepS) });
  await first.kill();
  const { port } = first;
  const config = configOf(url, port, stepS);
  const accepted: string[] = [];
  const kills: number[] = [];
  const startMs: number[] = [];
  try {
    for (let round = 0; round < of.rounds; round++) {
      const from = performance.now();
      const pager = await startPager(folder, { port, config });
      startMs.push(performance.now() - from);
      const what = moments[Math.floor(far.chance.unit() * moments.length)] ?? "chance";
      const coming = moment(pager, far, what);
      for (let i = 0; i < alertsPerRound; i++) {
        const name = `round-${round}-${i}`;
        if (await raise(port, name)) accepted.push(name);
      }
      await coming;
      await pager.kill();
      // What it had sent may still be on its way.
      await Bun.sleep(lastWordsMs);
      kills.push(performance.now());
      of.progress?.(round);
    }
    far.isTroubled = false;
    const last = await startPager(folder, { port, config });
    await atRest(last, stepS * 1_000 + restMs);
    await last.kill();
    const log = openSqliteLog({ path: join(folder, "log.db"), clock: machineClock() });
    const night = await verdict({ log, accepted, requests: far.requests, kills, startMs });
    await log.close();
    return night;
  } finally {
    far.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits until there is nobody left to be seen to, for longer than a step of the ladder takes. */
async function atRest(pager: Pager, forMs: number): Promise<void> {
  const endsAt = performance.now() + restWithinMsMax;
  let quietSince = performance.now();
  pager.facts((line) => {
    if (line.startsWith("needy ") && line !== "needy 0") quietSince = Number.POSITIVE_INFINITY;
    else if (line === "needy 0") quietSince = Math.min(quietSince, performance.now());
  });
  while (performance.now() < endsAt && !(performance.now() - quietSince > forMs))
    await Bun.sleep(100);
}
