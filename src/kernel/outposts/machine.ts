import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { connectBus } from "../bus/connect.ts";
import { machineClock } from "../clock/machine.ts";
import type { SnapshotDef } from "../contract.ts";
import { lockForWriting } from "../sqlite-lock.ts";
import { followSnapshot } from "../snapshots/follow.ts";
import { fileStores } from "../stores/file.ts";
import { soloCrew, threadCrew } from "./crew.ts";
import { type Outpost, type Outposts, outpostSocket } from "./outpost.ts";

const endWithinMs = 5_000;
const threadsMax = 2;

/** The ports of an outpost in a process of its own, on the data folder that it shares with control. */
export function openOutpost(of: {
  data: string;
  name: string;
}): Outpost & { close(): Promise<void> } {
  const data = resolve(of.data);
  const run = join(data, "run");
  mkdirSync(run, { recursive: true, mode: 0o700 });
  // Two that write the same files would ruin them; the second one ends here.
  const lock = lockForWriting(join(run, of.name), "outpost");
  const clock = machineClock();
  const bus = connectBus({ path: join(run, "bus.sock"), name: of.name, clock });
  const ends: (() => unknown)[] = [];
  const note = (message: string): void => void process.stderr.write(`${of.name}: ${message}\n`);
  return {
    name: of.name,
    clock,
    bus,
    stores: fileStores({ folder: join(data, "stores") }),
    folder: join(data, "outposts", of.name),
    follow<S>(snapshot: SnapshotDef<S>, hear: (value: S) => void): void {
      const following = followSnapshot<S>({
        folder: join(data, "snapshot"),
        name: snapshot.name,
        schema: snapshot.schema,
        bus,
        onChange: ({ value }) => hear(value),
        onInvalid: (what) => note(`The snapshot is not usable: ${what}`),
      });
      bus.onConnect(() => following.look());
      ends.push(() => following.close());
    },
    crew(trade) {
      const threads = Math.min(threadsMax, availableParallelism() - 1);
      const crew = threads > 0 ? threadCrew(trade, threads) : soloCrew(trade);
      ends.push(() => crew.close());
      return crew;
    },
    serve(answer): void {
      const path = join(run, outpostSocket(of.name));
      rmSync(path, { force: true });
      const server = Bun.serve({ unix: path, fetch: answer });
      chmodSync(path, 0o600);
      ends.push(() => Promise.race([server.stop(), Bun.sleep(endWithinMs)]));
    },
    note,
    close: async () => {
      for (const end of ends.reverse()) await end();
      await bus.close();
      lock.close();
    },
  };
}

/** Reaches outposts over their sockets in the data folder's `run`. */
export const socketOutposts = (of: { run: string }): Outposts => ({
  async pass(name, path, { method, headers, body }) {
    try {
      return await fetch(`http://${name}${path}`, {
        method,
        headers,
        ...(body ? { body } : {}),
        unix: join(of.run, outpostSocket(name)),
        decompress: false,
        redirect: "manual",
      } as RequestInit);
    } catch {
      return new Response(null, { status: 503, headers: { "retry-after": "2" } });
    }
  },
});
