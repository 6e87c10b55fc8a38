import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineClock } from "../clock/machine.ts";
import type { Bus } from "./bus.ts";
import { busConformance } from "./conformance.ts";
import { connectBus } from "./connect.ts";
import { Hub } from "./hub.ts";
import { inProcessBus } from "./in-process.ts";
import { serveBus } from "./serve.ts";

const clock = machineClock();
const quiet = { clock, onError: () => undefined };

/** Everything said before has arrived when each side has heard every side's word that came after it. */
async function settle(buses: readonly Bus[]): Promise<void> {
  const word = clock.id();
  const heard = buses.map((bus) => {
    let count = 0;
    return new Promise<void>((resolve) => {
      const stop = bus.subscribe(`settle.${word}`, () => {
        if (++count < buses.length) return;
        stop();
        resolve();
      });
    });
  });
  // Until the subscriptions are known everywhere, a word may be missed: each side asks itself first.
  for (const bus of buses) {
    const stop = bus.serve(`settle.${word}`, { request: async () => true });
    await bus.request(`settle.${word}`, {}, { timeoutMs: 5_000 });
    stop();
  }
  for (const bus of buses) bus.publish(`settle.${word}`, {});
  await Promise.all(heard);
}

busConformance("in process", async () => {
  const hub = new Hub();
  const make = (name: string): Bus => inProcessBus({ ...quiet, name }, hub);
  const buses = [make("a"), make("b"), make("c")] as const;
  return {
    buses,
    settled: () => settle(buses),
    close: async () => {
      for (const bus of buses) await bus.close();
    },
  };
});

busConformance("over a socket", async () => {
  const folder = mkdtempSync(join(tmpdir(), "castor-bus-"));
  const path = join(folder, "bus.sock");
  const served = await serveBus({ ...quiet, path });
  const edges = ["b", "c"].map((name) => connectBus({ ...quiet, path, name }));
  await Promise.all(edges.map((edge) => edge.ready()));
  const [b, c] = edges;
  if (b === undefined || c === undefined) throw new Error("unreachable");
  const buses = [served, b, c] as const;
  return {
    buses,
    settled: () => settle(buses),
    close: async () => {
      for (const bus of [b, c, served]) await bus.close();
      rmSync(folder, { recursive: true });
    },
  };
});
