import type { Bus } from "../bus/bus.ts";
import type { SnapshotDef } from "../contract.ts";
import {
  announcementTopic,
  assertFits,
  assertName,
  type Snapshots,
  type Versioned,
} from "./snapshots.ts";

/** Snapshots that live as long as the process: for tests and the simulation. */
export function memorySnapshots(of: { bus?: Bus } = {}): Snapshots {
  const kept = new Map<string, { version: number; text: string }>();
  return {
    async put<S>(to: SnapshotDef<S>, value: S, name = to.name): Promise<number> {
      assertName(name);
      assertFits(to, name, value);
      const text = JSON.stringify(value);
      const before = kept.get(name);
      const version = before?.text === text ? before.version : (before?.version ?? 0) + 1;
      kept.set(name, { version, text });
      of.bus?.publish(announcementTopic(name), { name, version });
      return version;
    },
    get<S>(def: SnapshotDef<S>, name = def.name): Versioned<S> | undefined {
      const found = kept.get(name);
      if (!found) return undefined;
      const checked = def.schema.safeParse(JSON.parse(found.text));
      return checked.success ? { version: found.version, value: checked.data } : undefined;
    },
    names: (prefix) => [...kept.keys()].filter((name) => name.startsWith(prefix)).sort(),
  };
}
