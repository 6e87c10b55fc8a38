import { isGone, type Running, startCastor, until } from "../../../e2e/running.ts";
import { FivePhones } from "./phones.ts";

/** How bad the night is. */
export type NightOf = {
  /** That fail because the one database that they need died. */
  services: number;
  /** Open besides, in `pending` groups whose first call is not answered when everything is killed. */
  openAlerts: number;
  pending: number;
  /** How long a group waits for more of the same, and how long a call for an answer, in seconds. */
  waitS: number;
  stepS: number;
};
/** What it came to. `wrong` names each broken promise; it has to be empty. */
export type StormNight = {
  /** From the first alert until the last of the five was reached. */
  toldMs: number;
  takenPerSecond: number;
  /** From the start after the kill until the API answers, and until the first and the last overdue step called somebody. */
  startMs: number;
  firstMs: number;
  overdueMs: number;
  wrong: string[];
};

const token = "a-token-of-a-storm";
const together = 64;
const senders = 4;
const people = ["ann", "ben", "cem", "dee", "eve"];
/** Where nothing more may come, this long is waited for it. */
const quietMs = 2_000;
const withinMs = 60_000;

const configOf = (of: NightOf, phones: FivePhones): Record<string, unknown> => {
  const { mail, paging } = phones.config;
  const shops = Array.from({ length: of.services }, (_, n) => `shop-${n}`);
  const team = (member: string): object => ({
    layers: [{ members: [member], start: "2026-01-05 09:00" }],
  });
  return {
    mail,
    gateway: { workers: 1 },
    catalog: { dependsOn: Object.fromEntries(shops.map((shop) => [shop, ["database"]])) },
    alerts: {
      intakes: { prometheus: { format: "alertmanager", token } },
      route: {
        ...{ wait: `${of.waitS}s`, interval: "5s" },
        routes: [{ match: ["alertname=Slow"], receiver: "slow", groupBy: ["service"] }],
      },
    },
    "on-call": { teams: Object.fromEntries(people.map((each) => [`of-${each}`, team(each)])) },
    incidents: { declareOn: { critical: "sev1" } },
    paging: {
      ...paging,
      fuse: { calls: 1_000, within: "1s" },
      policies: {
        default: { steps: [{ who: ["on-call"], after: "1h" }] },
        slow: {
          steps: [
            { who: ["cem"], after: `${of.stepS}s` },
            { who: ["eve"], after: "1h" },
          ],
        },
      },
    },
  };
};

type Labels = Record<string, string>;
const minutes = (of: number): string => new Date(Date.now() + of * 60_000).toISOString();

/** As Prometheus sends them: batches over a few connections, again and again until each was taken. */
async function send({ console }: Running, all: readonly Labels[]): Promise<void> {
  const startsAt = minutes(0);
  const batches: Labels[][] = [];
  for (let from = 0; from < all.length; from += together)
    batches.push(all.slice(from, from + together));
  const sender = async (): Promise<void> => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      const body = batch.map((labels) => ({ labels, startsAt, endsAt: minutes(60) }));
      await until("a batch is taken", async () => {
        const answer = await fetch(`${console}/in/alertmanager/${token}/api/v2/alerts`, {
          ...{ method: "POST", body: JSON.stringify(body) },
          headers: { "content-type": "application/json" },
        });
        await answer.text();
        return answer.status === 200;
      });
    }
  };
  await Promise.all(Array.from({ length: senders }, sender));
}

const ready = ({ console }: Running): Promise<boolean> =>
  until("alerts are taken", async () => {
    const answer = await fetch(`${console}/in/alertmanager/${token}/-/ready`);
    return answer.status === 200;
  });

/** The database dies, and everything that needs it: five are on call, each is to be called once. */
async function storm(castor: Running, of: NightOf, phones: FivePhones, night: StormNight) {
  const shops = Array.from({ length: of.services }, (_, n) => ({
    ...{ alertname: "Down", service: `shop-${n}`, severity: "critical" },
  }));
  const down = [...shops, { alertname: "Down", service: "database", severity: "critical" }];
  const from = performance.now();
  await send(castor, down);
  night.takenPerSecond = (down.length / (performance.now() - from)) * 1_000;
  await until("everybody was called", () => people.every((each) => phones.calls(each).length > 0));
  night.toldMs = (phones.came.at(-1)?.at ?? Number.NaN) - from;
  // Prometheus says it all again.
  await send(castor, down);
  await Bun.sleep(quietMs);
  for (const each of people) {
    const calls = phones.calls(each).length;
    if (calls !== 1) night.wrong.push(`${each} was called ${calls} times`);
  }
  const opened = await castor.log("alerts.group-opened");
  const causes = opened.map(({ data }) => data as { service: string; impact: string[] });
  const impact = causes.find(({ service }) => service === "database")?.impact.length;
  if (causes.length !== 1 || impact !== of.services)
    night.wrong.push(
      `${causes.length} groups were told, the database's with an impact of ${impact}`,
    );
  const incidents = await castor.log("incidents.declared");
  if (incidents.length !== 1) night.wrong.push(`${incidents.length} incidents were declared`);
  if (night.toldMs > withinMs) night.wrong.push(`it took ${Math.round(night.toldMs)} ms`);
}

type Climb = { page: string; nextAt: number; call: number };
/** Each climb of the pages that were pending, in the order of the log. */
async function climbs(castor: Running): Promise<Climb[]> {
  const found: Climb[] = [];
  for (let before: number | undefined; ;) {
    const page = (await castor.api.ask("log.search", {
      ...{ limit: 500, type: ["paging.climbed"] },
      ...(before === undefined ? {} : { before }),
    })) as { events: { position: number; data: Climb }[] };
    found.push(...page.events.map(({ data }) => data));
    before = page.events.at(-1)?.position;
    if (page.events.length < 500) return found.reverse();
  }
}

async function killAll(castor: Running): Promise<void> {
  const ran = castor.processes();
  process.kill(castor.keeperPid(), "SIGKILL");
  for (const { identity } of ran) process.kill(identity.pid, "SIGKILL");
  await castor.exited;
  await until("all are gone", () => ran.every(({ identity }) => isGone(identity)));
}

/** Killed with so much open and so many steps to come: what was due meanwhile comes at once, in order, and nothing again. */
async function restart(first: Running, of: NightOf, phones: FivePhones, night: StormNight) {
  const slow = Array.from({ length: of.openAlerts }, (_, n) => ({
    ...{ alertname: "Slow", severity: "error" },
    ...{ service: `slow-${n % of.pending}`, instance: `node-${n}` },
  }));
  const before = phones.calls("cem").length;
  await send(first, slow);
  await until(
    "each group called somebody",
    () => phones.calls("cem").length >= before + of.pending,
  );
  const pending = (await climbs(first)).filter(({ call }) => call === 1).slice(1);
  await killAll(first);
  const called = phones.calls().length;
  const lastAt = Math.max(...pending.map(({ nextAt }) => nextAt));
  await until("every step is overdue", () => Date.now() > lastAt);
  const from = performance.now();
  const second = await startCastor({ after: first });
  night.startMs = performance.now() - from;
  await until("every overdue step called somebody", () => {
    return phones.calls("eve").length >= 1 + of.pending;
  });
  night.firstMs = (phones.calls("eve")[1]?.at ?? Number.NaN) - from;
  night.overdueMs = (phones.calls("eve").at(-1)?.at ?? Number.NaN) - from;
  await ready(second);
  await Bun.sleep(quietMs);
  const again = phones.calls().length - called;
  // What was under way at the kill may have come again, once to each person.
  if (again < of.pending || again > of.pending + people.length)
    night.wrong.push(`${again} calls came after the restart, ${of.pending} steps were overdue`);
  const byDeadline = pending.toSorted((a, b) => a.nextAt - b.nextAt).map(({ nextAt }) => nextAt);
  const deadlines = new Map(pending.map(({ page, nextAt }) => [page, nextAt]));
  const taken = (await climbs(second)).filter(({ call }) => call === 2);
  const inOrder = taken.map(({ page }) => deadlines.get(page) ?? 0);
  if (inOrder.join() !== byDeadline.join()) night.wrong.push("overdue steps came out of order");
  const now = (await second.api.ask("alerts.now")) as { firing: number; muted: number };
  if (now.firing !== of.openAlerts + of.services + 1 || now.muted !== of.services)
    night.wrong.push(`${now.firing} alerts fire after the restart and ${now.muted} are muted`);
  const opened = (await second.log("alerts.group-opened")).length;
  if (opened !== 1 + of.pending) night.wrong.push(`${opened} groups were opened in all`);
}

/** A storm, then a kill of everything: real processes, five people with real servers behind their channels. */
export async function stormNight(of: NightOf): Promise<StormNight> {
  const phones = new FivePhones();
  const night: StormNight = {
    ...{ toldMs: Number.NaN, takenPerSecond: Number.NaN, startMs: Number.NaN },
    ...{ firstMs: Number.NaN, overdueMs: Number.NaN, wrong: [] },
  };
  try {
    const castor = await startCastor({ config: configOf(of, phones) });
    await ready(castor);
    await storm(castor, of, phones, night);
    await restart(castor, of, phones, night);
    return night;
  } finally {
    phones.stop();
  }
}
