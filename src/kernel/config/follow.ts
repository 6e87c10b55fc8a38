import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Loaded } from "./load.ts";
import type { Mistake } from "./mistake.ts";
import { watchConfig } from "./watch.ts";

export type Good = Extract<Loaded, { ok: true }>;

/** The configuration in force, and how to stop following its file. */
export type Following = { current(): Good; close(): Promise<void> };

/**
 * Follows a configuration file: each change is taken whole, or, with a mistake, not at all.
 * The first reading must be good; what comes later can only replace it by something good.
 */
export async function followConfig(of: {
  file: string;
  load: (text: string) => Loaded;
  onChange: (now: Good, before: Good) => void | Promise<void>;
  onMistakes: (mistakes: Mistake[]) => void;
}): Promise<Following | { mistakes: Mistake[] }> {
  const first = of.load(await readFile(of.file, "utf8"));
  if (!first.ok) return { mistakes: first.mistakes };
  let current = first;
  const watching = watchConfig(of.file, async (text) => {
    const next = text === undefined ? gone(of.file) : of.load(text);
    if (!next.ok) return of.onMistakes(next.mistakes);
    const before = current;
    current = next;
    if (JSON.stringify(next.values) !== JSON.stringify(before.values))
      await of.onChange(next, before);
  });
  return { current: () => current, close: () => watching.close() };
}

const gone = (file: string): Extract<Loaded, { ok: false }> => ({
  ok: false,
  mistakes: [
    {
      file: basename(file),
      line: 0,
      column: 0,
      path: "",
      excerpt: "",
      what: "The file is gone; the last good configuration stays in force.",
      fix: `Put ${basename(file)} back, or stop Castor if that was meant.`,
    },
  ],
});
