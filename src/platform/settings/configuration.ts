import { view } from "#kernel";
import * as z from "zod";
import { type Change, configApplied, configRefused, type Value } from "./contract.ts";

export const Config = z.object({}).strict();

/** What the process reads its configuration from. Given to Castor as equipment `configuration`. */
export type Source = { file: string; values(): Value[] };

type Mistakes = ReturnType<typeof configRefused>["data"]["mistakes"];
type Known = {
  appliedAt: number;
  hash: string;
  refused: { at: number; mistakes: Mistakes } | null;
};

export const lastConfiguration = view<Known, typeof configApplied | typeof configRefused>(
  "settings.last-configuration",
  {
    from: [configApplied, configRefused],
    empty: () => ({ appliedAt: 0, hash: "", refused: null }),
    apply: (known, { event, at }) =>
      event.type === "settings.config-applied"
        ? { appliedAt: at, hash: event.data.hash, refused: null }
        : { ...known, refused: { at, mistakes: event.data.mistakes } },
  },
);

/** What changed between two readings, by path. */
export function changesBetween(before: readonly Value[], now: readonly Value[]): Change[] {
  const text = (value: unknown): string => JSON.stringify(value) ?? "";
  const old = new Map(before.map((each) => [each.path, each.value]));
  const present = new Set(now.map((each) => each.path));
  const put = now
    .filter(({ path, value }) => !old.has(path) || text(old.get(path)) !== text(value))
    .map(({ path, value }): Change => ({
      path,
      to: value,
      ...(old.has(path) ? { from: old.get(path) } : {}),
    }));
  const gone = before
    .filter(({ path }) => !present.has(path))
    .map(({ path, value }): Change => ({ path, from: value }));
  return [...put, ...gone];
}
