import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../clock/clock.ts";
import { announcementTopic, type Snapshots } from "../snapshots/snapshots.ts";
import type { Stores } from "../stores/stores.ts";
import { soloCrew } from "./crew.ts";
import type { Outpost, Outposts } from "./outpost.ts";

/** Outposts within one process: for tests and the simulation. */
export type MemoryOutposts = Outposts & {
  open(name: string, stores: Stores, folder?: string): Outpost;
};

export function memoryOutposts(of: {
  clock: Clock;
  bus: Bus;
  snapshots: Snapshots;
}): MemoryOutposts {
  const answers = new Map<string, Parameters<Outpost["serve"]>[0]>();
  return {
    pass: async (name, path, request) =>
      (await answers.get(name)?.(new Request(`http://${name}${path}`, request))) ??
      new Response(null, { status: 503 }),
    open: (name, stores, folder = join(tmpdir(), name)) => ({
      folder,
      name,
      clock: of.clock,
      bus: of.bus,
      stores,
      follow(snapshot, hear) {
        const look = (): void => {
          const now = of.snapshots.get(snapshot);
          if (now) hear(now.value);
        };
        of.bus.subscribe(announcementTopic(snapshot.name), look);
        look();
      },
      crew: soloCrew,
      serve: (answer) => void answers.set(name, answer),
      note: () => {},
    }),
  };
}
