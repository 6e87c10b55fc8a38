import { afterEach, expect, test } from "bun:test";
import { allServe, endAll, isGone, type Running, startCastor, until } from "./running.ts";
import { siteConfig } from "./services.ts";
import { startLoad } from "./visitors.ts";

const timeoutMs = 60_000;
const slowMs = 1_500;
const slowVisitors = 8;

afterEach(endAll, timeoutMs);

const refuses = (url: string): Promise<boolean> => {
  const { hostname, port } = new URL(url);
  return Bun.connect({ hostname, port: Number(port), socket: { data() {} } }).then(
    (socket) => (socket.end(), false),
    () => true,
  );
};

async function expectNothingLeft(
  castor: Running,
  ran: ReturnType<Running["processes"]>,
): Promise<void> {
  expect(ran.filter(({ identity }) => !isGone(identity)).map(({ id }) => id)).toEqual([]);
  expect(castor.processes()).toEqual([]);
  expect(await refuses(castor.gateway)).toBe(true);
  expect(await refuses(castor.console)).toBe(true);
}

/** Visitors in the midst of a slow answer, and what each of them got in the end. */
async function beginSlowAnswers({ gateway }: Running): Promise<Promise<string>[]> {
  const begun = Array.from({ length: slowVisitors }, async () => {
    const { body } = await fetch(`${gateway}/slow/${slowMs}`);
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    const first = await reader.read();
    return { text: new TextDecoder().decode(first.value), reader };
  });
  return (await Promise.all(begun)).map(async ({ text, reader }) => {
    let all = text;
    for (let next = await reader.read(); !next.done; next = await reader.read())
      all += new TextDecoder().decode(next.value);
    return all;
  });
}

const wholeAnswers = Array.from({ length: slowVisitors }, () => "first half, second half");

test(
  "SIGTERM under load: what is under way ends well, everybody else gets a goodbye, and nothing is left",
  async () => {
    const castor = await startCastor({ config: siteConfig({ instances: 2 }) });
    await allServe(castor, 2);
    const ran = castor.processes();
    expect(ran.map(({ id }) => id).toSorted()).toEqual([
      ...["control", "gateway-1", "gateway-2", "site-1", "site-2"],
    ]);
    const load = startLoad({ gateway: castor.gateway, visitors: 16, untilGoodbye: true });
    await until("the load runs", () => load.good >= 500);
    const slow = await beginSlowAnswers(castor);
    castor.signal("SIGTERM");
    expect(await Promise.all(slow)).toEqual(wholeAnswers);
    await load.ended;
    expect(load.failures).toEqual([]);
    expect(await castor.exited).toBe(0);
    await expectNothingLeft(castor, ran);
  },
  timeoutMs,
);

test(
  "Ctrl-C, which a terminal sends to everybody and the launcher once more, is one wish: a graceful end",
  async () => {
    const castor = await startCastor({ config: siteConfig({ instances: 1 }) });
    await allServe(castor, 2);
    const ran = castor.processes();
    const slow = await beginSlowAnswers(castor);
    process.kill(castor.keeperPid(), "SIGINT");
    castor.signal("SIGINT");
    expect(await Promise.all(slow)).toEqual(wholeAnswers);
    expect(await castor.exited).toBe(0);
    await expectNothingLeft(castor, ran);
  },
  timeoutMs,
);

test(
  "who waits for too long is told why, and a second Ctrl-C ends it at once",
  async () => {
    const castor = await startCastor({ config: siteConfig({ instances: 1 }) });
    await allServe(castor, 2);
    const ran = castor.processes();
    const endless = await fetch(`${castor.gateway}/slow/600000`);
    castor.signal("SIGINT");
    await until("it says what it waits for", () => castor.printed().includes("Ctrl-C once more"));
    castor.signal("SIGINT");
    expect(await castor.exited).toBe(130);
    expect(endless.text()).rejects.toThrow();
    await expectNothingLeft(castor, ran);
  },
  timeoutMs,
);

test(
  "the keeper is killed: visitors notice nothing, the next start takes over what runs, and its end leaves nothing",
  async () => {
    const first = await startCastor({ config: siteConfig({ instances: 2 }) });
    await allServe(first, 2);
    const ran = first.processes();
    const load = startLoad({ gateway: first.gateway, visitors: 8, pauseMs: 1 });
    await until("the load runs", () => load.good >= 500);
    process.kill(first.keeperPid(), "SIGKILL");
    await first.exited;
    const atDeath = load.good;
    await until("visitors come without a keeper", () => load.good >= atDeath + 500);
    expect(ran.filter(({ identity }) => isGone(identity))).toEqual([]);

    const second = await startCastor({ after: first });
    await allServe(second, 2);
    const adopted = (all: typeof ran): typeof ran =>
      all.filter(({ kind }) => kind !== "control").toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(adopted(second.processes())).toEqual(adopted(ran));
    const control = ran.find(({ kind }) => kind === "control");
    expect(control && isGone(control.identity)).toBe(true);
    const atTakeover = load.good;
    await until("visitors come under the next keeper", () => load.good >= atTakeover + 500);
    await load.stop();
    expect(load.failures).toEqual([]);

    const runs = second.processes();
    expect(await second.stop()).toBe(0);
    await expectNothingLeft(second, [...ran, ...runs]);
  },
  timeoutMs,
);
