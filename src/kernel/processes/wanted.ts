import type { Bus } from "../bus/bus.ts";
import { snapshotNames } from "../snapshots/file.ts";
import { type Following, followSnapshot } from "../snapshots/follow.ts";
import { type FullSpec, fullSpec, processesCheck } from "./defaults.ts";
import { announcementTopic } from "../snapshots/snapshots.ts";
import type { Processes, ProcessSpec } from "./process.ts";

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
  const confirmed = new Set<string>();
  let areAllConfirmed = false;
  const owners = followOwners({ ...of, onAnnounced: (owner) => confirm(owner) });
  function confirm(owner: string): void {
    if (confirmed.has(owner)) return;
    confirmed.add(owner);
    of.onChange();
  }
  const confirmAll = (): void => {
    if (areAllConfirmed) return;
    areAllConfirmed = true;
    of.onChange();
  };
  const giveUpWaiting = setTimeout(confirmAll, of.confirmWithinMs);

  const collect = (mayRun: (owner: string, id: string) => boolean): Map<string, FullSpec> => {
    const specs = new Map([[of.control.id, of.control]]);
    for (const [owner, processes] of owners.current()) {
      for (const spec of processes) {
        if (specs.has(spec.id)) of.say(`Two processes are called ${spec.id}; ${owner} loses.`);
        else if (spec.kind === "worker" || mayRun(owner, spec.id)) {
          specs.set(spec.id, fullSpec(spec));
        }
      }
    }
    return specs;
  };
  return {
    now: (running) =>
      collect((owner, id) => areAllConfirmed || confirmed.has(owner) || running.has(id)),
    all: () => collect(() => true),
    confirmAll,
    look: owners.look,
    close: () => {
      clearTimeout(giveUpWaiting);
      owners.close();
    },
  };
}

type Owners = {
  current(): [owner: string, processes: readonly ProcessSpec[]][];
  look(): void;
  close(): void;
};

/** Finds the owners by their files and by what the bus announces, and follows each. */
function followOwners(of: {
  folder: string;
  bus: Pick<Bus, "subscribe">;
  say: (what: string) => void;
  onChange: () => void;
  onAnnounced: (owner: string) => void;
}): Owners {
  const owners = new Map<string, Following<Processes>>();
  const follow = (name: string): void => {
    if (owners.has(name)) return;
    const following = followSnapshot({
      folder: of.folder,
      name,
      schema: processesCheck,
      bus: of.bus,
      onChange: () => owners.has(name) && of.onChange(), // The first reading is told below.
      onInvalid: of.say,
    });
    owners.set(name, following);
    of.onChange();
  };
  const look = (): void => {
    for (const name of snapshotNames(of.folder, prefix)) follow(name);
    for (const following of owners.values()) following.look();
  };
  const unsubscribe = of.bus.subscribe(announcementTopic(`${prefix}*`), ({ topic }) => {
    const name = topic.slice(announcementTopic("").length);
    follow(name);
    owners.get(name)?.look(); // What is confirmed must be what was announced, not what was read before.
    of.onAnnounced(name);
  });
  const looking = setInterval(look, lookForOwnersMs);
  look();
  return {
    current: () =>
      [...owners].map(([name, following]) => [name, following.current()?.value.processes ?? []]),
    look,
    close: () => {
      unsubscribe();
      clearInterval(looking);
      for (const following of owners.values()) following.close();
    },
  };
}
