import { afterEach, expect, test } from "bun:test";
import { endAll, isGone, later, type Running, startCastor, until } from "./running.ts";

const timeoutMs = 180_000;
const token = "a-token-of-a-proof";

afterEach(endAll, timeoutMs);

/** A phone that remembers each call; while it hangs, it hears and does not answer. */
function startPhone() {
  const phone = { heard: [] as string[], hangs: false };
  const server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0, idleTimeout: 0 },
    async fetch(request) {
      const { type, title } = (await request.json()) as { type: string; title: string };
      if (type === "paging.call") phone.heard.push(title);
      return phone.hangs ? await new Promise<Response>(() => {}) : new Response("ok");
    },
  });
  later(() => server.stop(true));
  return Object.assign(phone, { url: server.url.href });
}
type Phone = ReturnType<typeof startPhone>;

const configFor = ({ url }: Phone) => ({
  gateway: { workers: 1 },
  alerts: {
    intakes: { prometheus: { format: "alertmanager", token } },
    route: { wait: "1s", interval: "1h", groupBy: ["alertname"] },
  },
  paging: {
    people: {
      ann: { channels: [{ kind: "webhook", url, secret: "a-secret-of-sixteen-or-more" }] },
    },
    policies: { default: { steps: [{ who: ["ann"], after: "1h" }] } },
  },
});

const minutes = (of: number): string => new Date(Date.now() + of * 60_000).toISOString();

/** Resolves once Castor has promised to keep it. */
async function fire({ console }: Running, alertname: string): Promise<void> {
  const labels = { alertname, severity: "critical" };
  const alert = { labels, startsAt: minutes(0), endsAt: minutes(60) };
  await until("the alert is taken", async () => {
    const sent = { method: "POST", body: JSON.stringify([alert]) };
    const answer = await fetch(`${console}/in/alertmanager/${token}/api/v2/alerts`, sent);
    await answer.text();
    return answer.status === 200;
  });
}

/** Every process at once, as when the power fails. */
async function powerCut(castor: Running): Promise<void> {
  const ran = castor.processes();
  process.kill(castor.keeperPid(), "SIGKILL");
  for (const { identity } of ran) process.kill(identity.pid, "SIGKILL");
  await castor.exited;
  await until("all are gone", () => ran.every(({ identity }) => isGone(identity)));
}

const fact = (castor: Running, type: string, alert: string) =>
  until(`the log has ${type} of ${alert}`, async () =>
    (await castor.log(type)).find(({ says }) => says.includes(alert)),
  );

/** How far the alert has come when the power fails. */
const moments: [when: string, come: (castor: Running, phone: Phone, alert: string) => unknown][] = [
  ["its promise to keep it", () => undefined],
  ["its group was opened", (castor, _, alert) => fact(castor, "alerts.group-opened", alert)],
  [
    "the phone heard it and had not answered",
    (_, phone, alert) =>
      until("the phone rings", () => phone.heard.some((title) => title.includes(alert))),
  ],
];

test(
  "the power fails between an alert and its page, again and again: the page comes once all is up again, twice at most",
  async () => {
    const phone = startPhone();
    let castor = await startCastor({ config: configFor(phone) });
    const rings = (alert: string): number =>
      phone.heard.filter((title) => title.includes(alert)).length;
    const alerts: string[] = [];
    for (const [n, [when, come]] of moments.entries()) {
      const alert = `Night${n}`;
      phone.hangs = when.startsWith("the phone");
      await fire(castor, alert);
      await come(castor, phone, alert);
      await powerCut(castor);
      phone.hangs = false;
      castor = await startCastor({ after: castor });
      alerts.push(alert);
      // What is written last: by then every message that was to go has gone.
      await until(`the page of ${alert} is taken after "${when}"`, async () => {
        const pages = (await castor.api.ask("paging.now")) as {
          pages: { page: string; about: { title: string } }[];
        };
        const found = pages.pages.find(({ about }) => about.title.includes(alert));
        if (!found) return false;
        const { deliveries } = (await castor.api.ask("paging.page", { page: found.page })) as {
          deliveries: { kind: string; state: string }[];
        };
        const calls = deliveries.filter(({ kind }) => kind === "call");
        return calls.length === 1 && calls[0]?.state === "accepted";
      });
      // What had come before an earlier cut comes no second time after this one.
      for (const each of alerts) expect(rings(each)).toBeWithin(1, 3);
    }
    expect(
      ((await castor.api.act("log.verify")) as { brokenAt?: number }).brokenAt,
    ).toBeUndefined();
    expect(await castor.stop()).toBe(0);
  },
  timeoutMs,
);
