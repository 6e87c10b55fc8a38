import type { Bus } from "../bus/bus.ts";
import { snapshotNames } from "../snapshots/file.ts";
import { type Following, followSnapshot } from "../snapshots/follow.ts";
import { type FullSpec, fullSpec, processesCheck } from "./defaults.ts";
import type { Processes } from "./process.ts";

const prefix = "processes.";
const lookForOwnersMs = 2_000;

export type Wanted = {
  /** What is to run now. Services that do not run yet wait until control says they are still wanted. */
  now(running: ReadonlySet<string>): Map<string, FullSpec>;
  /** All that is in the snapshots, confirmed or not. */
  all(): Map<string, FullSpec>;
  confirmAll(): void;
  /** Looks at the files now, and for owners that are new. */
  look(): void;
  close(): void;
};

/** Follows every `processes.*` snapshot, whoever owns it. */
export function followWanted(of: {
  folder: string;
  control: FullSpec;
  bus: Pick<Bus, "subscribe">;
  say: (what: string) => void;
  confirmWithinMs: number;
  onChange: () => void;
}): Wanted {
  const owners = new Map<string, Following<Processes>>();
  const confirmed = new Set<string>();
  let areAllConfirmed = false;
  let isReading = true;
  const changed = (): void => {
    if (!isReading) of.onChange();
  };
  const confirm = (name: string): void => {
    if (confirmed.has(name)) return;
    confirmed.add(name);
    changed();
  };
  const follow = (name: string): void => {
    if (owners.has(name)) return;
    // Set before reading, since reading may call back.
    const following = followSnapshot({
      folder: of.folder,
      name,
      schema: processesCheck,
      bus: of.bus,
      onChange: () => {
        if (owners.has(name)) changed();
      },
      onInvalid: of.say,
      onAnnounced: () => confirm(name),
    });
    owners.set(name, following);
    changed();
  };
  const look = (): void => {
    for (const name of snapshotNames(of.folder, prefix)) follow(name);
    for (const following of owners.values()) following.look();
  };
  const unsubscribe = of.bus.subscribe(`snapshot.${prefix}*`, ({ topic }) => {
    const name = topic.slice("snapshot.".length);
    follow(name);
    confirm(name);
  });
  const confirmAll = (): void => {
    if (areAllConfirmed) return;
    areAllConfirmed = true;
    changed();
  };
  const looking = setInterval(look, lookForOwnersMs);
  const giveUpWaiting = setTimeout(confirmAll, of.confirmWithinMs);

  const collect = (mayRun: (owner: string, id: string) => boolean): Map<string, FullSpec> => {
    const specs = new Map([[of.control.id, of.control]]);
    for (const [owner, following] of owners) {
      for (const spec of following.current()?.value.processes ?? []) {
        if (specs.has(spec.id)) of.say(`Two processes are called ${spec.id}; ${owner} loses.`);
        else if (spec.kind === "worker" || mayRun(owner, spec.id))
          specs.set(spec.id, fullSpec(spec));
      }
    }
    return specs;
  };
  look();
  isReading = false;
  return {
    now: (running) =>
      collect((owner, id) => areAllConfirmed || confirmed.has(owner) || running.has(id)),
    all: () => collect(() => true),
    confirmAll,
    look,
    close: () => {
      unsubscribe();
      clearInterval(looking);
      clearTimeout(giveUpWaiting);
      for (const following of owners.values()) following.close();
    },
  };
}
