import { afterEach, expect, test } from "bun:test";
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { requests as requestsCounter } from "../src/absorb/gateway/contract.ts";
import { machineClock } from "../src/kernel/clock/machine.ts";
import { openCounters } from "../src/kernel/counters/open.ts";
import { allServe, endAll, type Running, startCastor, until } from "./running.ts";
import { siteConfig } from "./services.ts";
import { startLoad } from "./visitors.ts";

const timeoutMs = 120_000;
const requestsMin = 100_000;
const visitors = 32;
const kills = 4;

afterEach(endAll, timeoutMs);

/** Requests that are counted on disk, read from a copy of the file. */
function countedOnDisk({ data, folder }: Running, copy: string): number {
  for (const file of ["", "-wal"].filter((end) => existsSync(join(data, `counters.db${end}`))))
    cpSync(join(data, `counters.db${file}`), join(folder, `${copy}${file}`));
  const counters = openCounters({ path: join(folder, copy), clock: machineClock() });
  const [all] = counters.total(requestsCounter, { from: 0, to: Date.now() });
  void counters.close();
  return all?.value ?? 0;
}

test(
  "control is killed four times under load: no request fails, and nothing that was seen meanwhile is lost",
  async () => {
    const castor = await startCastor({
      // What is refused for want of room, as on a starved machine, is the surge's proof.
      config: siteConfig({ instances: 2 }, { concurrency: "off" }),
    });
    await allServe(castor, 2);
    const watching = new AbortController();
    let answers = 0;
    const stream = (async () => {
      for await (const _ of castor.api.follow("gateway.now", {}, watching.signal)) answers++;
    })();

    const load = startLoad({ gateway: castor.gateway, visitors });
    let before = { good: 0, onDisk: 0 };
    for (let kill = 1; kill <= kills; kill++) {
      await until("its share of the load is done", () => load.good >= (requestsMin * kill) / kills);
      const pid = castor.pidOf("control");
      before = { good: load.good, onDisk: 0 };
      process.kill(pid, "SIGKILL");
      before.onDisk = countedOnDisk(castor, `copy-${kill}.db`);
      await until("control is back", async () => {
        const starts = await castor.log("castor.started");
        return starts.length === kill + 1 && castor.pidOf("control") !== pid;
      });
      const heard = answers;
      await until("the stream goes on", () => answers > heard);
    }
    await until("enough was asked", () => load.good >= requestsMin);
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(load.good).toBeGreaterThanOrEqual(requestsMin);
    console.log(`${load.good} requests, control killed ${kills} times, 0 failed`);
    watching.abort();
    await stream;

    const verified = (await castor.api.act("log.verify")) as { checked: number; brokenAt?: number };
    expect(verified.brokenAt).toBeUndefined();
    expect(verified.checked).toBeGreaterThan(kills);
    expect(await castor.stop()).toBe(0);
    const inTheEnd = countedOnDisk(castor, "copy-end.db");
    // A request may be counted at the worker while its answer is still on its way to the visitor.
    const sinceTheLastKill = load.good - before.good - visitors;
    expect(inTheEnd - before.onDisk).toBeGreaterThanOrEqual(sinceTheLastKill);
    expect(inTheEnd).toBeLessThanOrEqual(load.good);
  },
  timeoutMs,
);
