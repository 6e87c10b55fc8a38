import { afterEach, expect, test } from "bun:test";
import { endAll, isGone, type Running, startCastor, until } from "./running.ts";

const timeoutMs = 120_000;
const token = "a-token-of-a-proof";
const open = 2_000;
const together = 64;
const senders = 4;
const rounds = 3;
const groups = 50;

afterEach(endAll, timeoutMs);

const config = {
  gateway: { workers: 1 },
  alerts: {
    intakes: { prometheus: { format: "alertmanager", token } },
    route: { wait: "1s", interval: "1s", groupBy: ["team"] },
  },
};

type Labels = Record<string, string>;
const minutes = (of: number): string => new Date(Date.now() + of * 60_000).toISOString();
const takes = ({ console }: Running): string => `${console}/in/alertmanager/${token}`;

/** Whether they were acknowledged; a Castor that is away acknowledges nothing. */
async function send(castor: Running, all: readonly Labels[]): Promise<boolean> {
  const alerts = all.map((labels) => ({ labels, startsAt: minutes(-1), endsAt: minutes(60) }));
  const sent = { method: "POST", body: JSON.stringify(alerts) };
  const answer = await fetch(`${takes(castor)}/api/v2/alerts`, sent).catch(() => undefined);
  await answer?.text();
  return answer?.status === 200;
}

async function shown(castor: Running, filter: string): Promise<Set<string>> {
  const asked = `${takes(castor)}/api/v2/alerts?filter=${encodeURIComponent(filter)}`;
  const found = (await (await fetch(asked)).json()) as { labels: Labels }[];
  return new Set(found.map(({ labels }) => labels["instance"] ?? ""));
}

const ready = (castor: Running): Promise<boolean> =>
  until("alerts are taken", async () => (await fetch(`${takes(castor)}/-/ready`)).status === 200);
const told = async (castor: Running): Promise<string[]> =>
  (await castor.log("alerts.group-*")).map(({ type, says }) => `${type} ${says}`).toReversed();

/** Sends until so many were acknowledged, while the process that keeps them is killed again and again. */
async function sentThroughKills(castor: Running): Promise<Set<string>> {
  const acknowledged = new Set<string>();
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < open) {
      const from = next;
      next += together;
      const names = Array.from({ length: Math.min(together, open - from) }, (_, n) => from + n);
      const batch = names.map((n) => ({
        ...{ alertname: "Slow", instance: `node-${n}`, team: `team-${n % groups}` },
      }));
      await until("the batch was taken", () => send(castor, batch));
      for (const { instance } of batch) acknowledged.add(instance);
    }
  };
  const killer = async (): Promise<void> => {
    for (let round = 1; round <= rounds; round++) {
      const before = (open / (rounds + 1)) * round;
      await until("so many were taken", () => acknowledged.size >= before);
      process.kill(castor.pidOf("alerts-intake"), "SIGKILL");
    }
  };
  await Promise.all([killer(), ...Array.from({ length: senders }, sender)]);
  return acknowledged;
}

test(
  `${open} alerts come in through kills of the process that keeps them: none is lost; all is killed: nothing is told twice`,
  async () => {
    const first = await startCastor({ config });
    await ready(first);
    const acknowledged = await sentThroughKills(first);
    expect(acknowledged.size).toBe(open);
    await ready(first);
    expect(await shown(first, "alertname=Slow")).toEqual(acknowledged);
    const before = await until("each group is told", async () => {
      const all = await told(first);
      const opened = all.filter((each) => each.startsWith("alerts.group-opened"));
      return opened.length >= groups ? all : undefined;
    });

    const ran = first.processes();
    process.kill(first.keeperPid(), "SIGKILL");
    for (const { identity } of ran) process.kill(identity.pid, "SIGKILL");
    await first.exited;
    await until("all are gone", () => ran.every(({ identity }) => isGone(identity)));

    const second = await startCastor({ after: first });
    await ready(second);
    expect(await shown(second, "alertname=Slow")).toEqual(acknowledged);
    const lookedAt = Date.now();
    const now = await until("the groups were looked at again", async () => {
      const found = (await second.api.ask("alerts.now")) as { firing: number; muted: number };
      return Date.now() - lookedAt > 2_500 ? found : undefined;
    });
    expect(now).toMatchObject({ firing: open, muted: 0 });
    const opened = (all: readonly string[]): string[] =>
      all.filter((each) => !each.startsWith("alerts.group-changed"));
    expect(opened(await told(second))).toEqual(opened(before));
  },
  timeoutMs,
);
