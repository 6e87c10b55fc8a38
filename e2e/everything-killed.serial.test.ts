import { get } from "node:http";
import { afterEach, expect, test } from "bun:test";
import { allServe, endAll, isGone, type Running, startCastor, until } from "./running.ts";
import { siteConfig } from "./services.ts";
import { startLoad } from "./visitors.ts";

const timeoutMs = 60_000;

afterEach(endAll, timeoutMs);

const verified = async ({ api }: Running): Promise<{ checked: number; brokenAt?: number }> =>
  (await api.act("log.verify")) as { checked: number; brokenAt?: number };

test(
  "all processes are killed at once, as when the power fails: the next start serves, and every fact is still there",
  async () => {
    const first = await startCastor({ config: siteConfig({ instances: 2 }) });
    await allServe(first, 2);
    const load = startLoad({ gateway: first.gateway, visitors: 4, pauseMs: 1 });
    await until("the load runs", () => load.good >= 200);
    const { secret } = (await first.api.act("tokens.create", { name: "kept", role: "viewer" })) as {
      secret: string;
    };
    const facts = await first.log();
    const ran = first.processes();
    process.kill(first.keeperPid(), "SIGKILL");
    for (const { identity } of ran) process.kill(identity.pid, "SIGKILL");
    await first.exited;
    await until("all are gone", () => ran.every(({ identity }) => isGone(identity)));
    await load.stop();

    const second = await startCastor({ after: first });
    await until("it is noticed that nothing runs, and it runs again", async () => {
      const says = (await second.log("catalog.instance-*")).map((fact) => fact.says).toReversed();
      return ["site-1", "site-2"].every((id) => {
        const ended = says.findIndex((each) => each.startsWith(`${id} ended by itself`));
        return ended > 0 && says.slice(ended).some((each) => each.startsWith(`${id} is healthy`));
      });
    });
    await allServe(second, 2);
    const page = await fetch(`${second.gateway}/after`);
    expect([page.status, await page.text()]).toEqual([200, "seen /after"]);
    const known = new Map((await second.log()).map((fact) => [fact.position, fact.says]));
    expect(facts.filter(({ position, says }) => known.get(position) !== says)).toEqual([]);
    expect((await verified(second)).brokenAt).toBeUndefined();
    const me = await fetch(`${second.console}/api/people.me`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(me.status).toBe(200);
    expect(await second.stop()).toBe(0);
  },
  timeoutMs,
);

test(
  "a gateway worker is killed: the other takes every new visitor, it is started again, and the log says so",
  async () => {
    const castor = await startCastor({ config: siteConfig({ instances: 2 }) });
    await allServe(castor, 2);
    const pid = castor.pidOf("gateway-1");
    process.kill(pid, "SIGKILL");
    await until("it is gone", () =>
      castor.processes().every(({ identity }) => identity.pid !== pid),
    );
    for (let n = 0; n < 50; n++) {
      // On a connection of its own: those that were kept to the killed worker died with it.
      expect(await askAnew(`${castor.gateway}/n${n}`)).toEqual([200, `seen /n${n}`]);
    }
    await allServe(castor, 2);
    expect(castor.pidOf("gateway-1")).not.toBe(pid);
    await until("the log tells it whole", async () => {
      const told = (await castor.log("gateway.worker-*")).map(({ says }) => says).toReversed();
      const ended = told.findIndex((says) => says.includes("gateway-1 ended: signal SIGKILL"));
      return ended > 0 && told.slice(ended).some((says) => says.includes("gateway-1 serves"));
    });
    expect(await castor.stop()).toBe(0);
  },
  timeoutMs,
);

/** Status and body, over a connection that nobody used before. */
async function askAnew(url: string): Promise<[number | undefined, string]> {
  const { promise, resolve, reject } = Promise.withResolvers<[number | undefined, string]>();
  get(url, { agent: false }, (answer) => {
    let body = "";
    answer.on("data", (chunk: Buffer) => (body += chunk.toString()));
    answer.on("end", () => resolve([answer.statusCode, body]));
  }).on("error", reject);
  return promise;
}
