import { afterEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { requests } from "../src/absorb/gateway/contract.ts";
import { machineClock } from "../src/kernel/clock/machine.ts";
import { openCounters } from "../src/kernel/counters/open.ts";
import { allServe, endAll, type Running, startCastor, until } from "./running.ts";
import { siteConfig } from "./services.ts";

const timeoutMs = 60_000;
const demoVisitsMin = 15;

afterEach(endAll, timeoutMs);

const residentMb = (pid: number): string => {
  const kb = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return (Number(kb) / 1024).toFixed(0);
};

test(
  "a fresh start serves; how soon and how large is printed, not judged",
  async () => {
    const begunAt = performance.now();
    const castor = await startCastor({ config: siteConfig({ instances: 1 }, { workers: 1 }) });
    const answersMs = performance.now() - begunAt;
    await until("a visitor is served", async () => (await fetch(`${castor.gateway}/`)).ok);
    const servesMs = performance.now() - begunAt;
    await allServe(castor, 1);
    const sizes =
      process.platform === "linux"
        ? `; control ${residentMb(castor.pidOf("control"))} MB, worker ${residentMb(castor.pidOf("gateway-1"))} MB, keeper ${residentMb(castor.keeperPid())} MB`
        : "";
    console.log(
      `API after ${answersMs.toFixed(0)} ms, first page after ${servesMs.toFixed(0)} ms${sizes}`,
    );
    expect(await castor.stop()).toBe(0);
  },
  timeoutMs,
);

/** Answers by class, over everything that was counted. */
function answersByClass({ data }: Running): Record<string, number> {
  const counters = openCounters({ path: join(data, "counters.db"), clock: machineClock() });
  const all = counters.total(requests, { from: 0, to: Date.now() }, { by: ["class"] });
  void counters.close();
  return Object.fromEntries(all.map(({ labels, value }) => [labels["class"] ?? "", value]));
}

test(
  "the demonstration's first visitors find an open shop: no error from its first second on",
  async () => {
    const castor = await startCastor({ args: ["demo"] });
    await until("a crowd has come", async () => {
      const { history, requestsPerSecond } = (await castor.api.ask("gateway.now")) as {
        history: { requests: Record<string, (number | null)[]> };
        requestsPerSecond: number;
      };
      const steps = Object.values(history.requests).flat();
      const before = steps.reduce<number>((sum, each) => sum + (each ?? 0) * 10, 0);
      return before + requestsPerSecond > demoVisitsMin;
    });
    expect(await castor.stop()).toBe(0);
    const { "5xx": failed = 0, ...fine } = answersByClass(castor);
    expect(failed).toBe(0);
    expect(Object.values(fine).reduce((sum, each) => sum + each, 0)).toBeGreaterThan(demoVisitsMin);
  },
  timeoutMs,
);
