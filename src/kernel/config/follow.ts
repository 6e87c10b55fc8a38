import { renameSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import type { Loaded } from "./load.ts";
import type { Mistake } from "./mistake.ts";
import { textOf, watchConfig } from "./watch.ts";

export type Good = Extract<Loaded, { ok: true }>;
type Wrong = Extract<Loaded, { ok: false }>;

/** The configuration in force, and how to stop following its file. */
export type Following = {
  current(): Good;
  /** What was wrong with the file at the start, when the last good one had to do. */
  refusedAtStart: readonly Mistake[];
  close(): Promise<void>;
};

/**
 * Follows a configuration file: each change is taken whole, or, with a mistake, not at all. The text of the last good one is
 * kept in `lastGood`, so that a restart amid somebody's editing goes on with what was in force.
 */
export async function followConfig(of: {
  file: string;
  lastGood?: string;
  load: (text: string) => Loaded;
  onChange: (now: Good, before: Good) => void | Promise<void>;
  onMistakes: (mistakes: Mistake[]) => void | Promise<void>;
}): Promise<Following | { mistakes: Mistake[] }> {
  const read = (text: string | undefined): Loaded => {
    const loaded = text === undefined ? gone(of.file) : of.load(text);
    if (loaded.ok && text !== undefined && of.lastGood !== undefined) keep(of.lastGood, text);
    return loaded;
  };
  const text = textOf(of.file);
  const isEmptied = isBlank(text) && !isBlank(of.lastGood === undefined ? "" : textOf(of.lastGood));
  const first = isEmptied ? emptied(of.file) : read(text);
  const start = first.ok ? first : earlier(of.lastGood, of.load, first);
  if (!start.ok) return { mistakes: start.mistakes };
  let current = start;
  const change = async (changed: string | undefined): Promise<void> => {
    const next = isBlank(changed) ? emptied(of.file) : read(changed);
    if (!next.ok) return await of.onMistakes(next.mistakes);
    const before = current;
    current = next;
    if (JSON.stringify(next.values) !== JSON.stringify(before.values))
      await of.onChange(next, before);
  };
  const watching = watchConfig(of.file, change, text);
  return {
    current: () => current,
    refusedAtStart: first.ok ? [] : first.mistakes,
    close: () => watching.close(),
  };
}

const isBlank = (text: string | undefined): boolean => text?.trim() === "";

function earlier(lastGood: string | undefined, load: (text: string) => Loaded, now: Wrong): Loaded {
  const text = lastGood === undefined ? undefined : textOf(lastGood);
  if (text === undefined) return now;
  const loaded = load(text);
  return loaded.ok ? loaded : now;
}

function keep(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

const gone = (file: string): Wrong =>
  refused(file, {
    what: "The file is gone; the last good configuration stays in force.",
    fix: `Put ${basename(file)} back, or stop Castor if that was meant.`,
  });
// Some editors and full disks leave an empty file for a moment: it must not stop every service.
const emptied = (file: string): Wrong =>
  refused(file, {
    what: "The file is empty; the last good configuration stays in force.",
    fix: "Write it again. For nothing but defaults, leave a comment in it.",
  });
const refused = (file: string, words: Pick<Mistake, "what" | "fix">): Wrong => ({
  ok: false,
  mistakes: [{ file: basename(file), line: 0, column: 0, path: "", excerpt: "", ...words }],
});
