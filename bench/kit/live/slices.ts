import { stealing, stolenMax } from "../cpu.ts";
import { Load } from "./load.ts";
import type { Counting } from "./servers.ts";
import { type Turn, turnOf, warmMs } from "./turn.ts";

/** Somebody who counts, and the load that is made for it. */
export type Contender = {
  name: string;
  up(): Promise<Counting>;
  load(port: number): { file: string; of: unknown };
  sliceMs: number;
};

type Running = Contender & { server: Counting; driver: Load };

/** After it stood still: what was on its way is told, and what it needs is in the processor's caches. */
const settleMs = 100;
/** Rounds in which the host gave time to others are made again, so many at most. */
export const againMax = 10;

async function running(contender: Contender): Promise<Running> {
  const server = await contender.up();
  const { file, of } = contender.load(server.port);
  const driver = await Load.start(file, of);
  driver.begin();
  await Bun.sleep(warmMs);
  driver.stand();
  return { ...contender, server, driver };
}

async function slice({ server, driver, sliceMs }: Running): Promise<Turn & { stolen: number }> {
  driver.goOn();
  await Bun.sleep(settleMs);
  const stolen = stealing();
  const before = await driver.done();
  const cpuMs = server.cpuMs();
  await Bun.sleep(sliceMs);
  const after = await driver.done();
  const turn = turnOf(before, after, server.cpuMs() - cpuMs);
  driver.stand();
  return { ...turn, stolen: stolen() };
}

/**
 * All contenders stay up, and each works for a slice at a time while the others stand still: a machine's speed drifts by half
 * within minutes, so only what ran within the same seconds can be compared.
 */
export async function inSlices(
  contenders: readonly Contender[],
  rounds: number,
): Promise<Map<string, Turn[]>> {
  const up: Running[] = [];
  try {
    for (const each of contenders) up.push(await running(each));
    const found = new Map<string, Turn[]>(up.map(({ name }) => [name, []]));
    let again = againMax;
    for (let round = 0; round < rounds; round++) {
      const slices: { name: string; turn: Turn; stolen: number }[] = [];
      for (const each of up) {
        const { stolen, ...turn } = await slice(each);
        slices.push({ name: each.name, turn, stolen });
      }
      if (slices.some(({ stolen }) => stolen > stolenMax) && again-- > 0) {
        round--;
        continue;
      }
      for (const { name, turn } of slices) found.get(name)?.push(turn);
    }
    console.log(
      `${againMax - Math.max(0, again)} rounds more, since the host gave their time to others`,
    );
    return found;
  } finally {
    for (const { driver, server } of up) {
      await driver.stop();
      await server.stop();
    }
  }
}
