import { amount, count, say, useSend } from "#console";

/** A decision on some errors, as a verb of the API with what it needs. */
export type Decision = { verb: string; input?: Record<string, unknown>; says: string };
type Done = { issues: readonly string[]; says: string };
const undoMax = 50;

/** What was decided in this window, the newest last: it outlives the page on which it was decided. */
let done: readonly Done[] = [];
const push = (decided: Done): void => {
  if (decided.issues.length > 0) done = [...done, decided].slice(-undoMax);
};

const changed = [
  "errors.issues",
  "errors.issue",
  "errors.report",
  "errors.filters",
  "errors.projects",
  "log.search",
];

export type Decide = {
  /** Decides on all of them; what could not be decided throws after the others are. */
  decide: (issues: readonly string[], decision: Decision, quiet?: boolean) => Promise<void>;
  /** Takes the last decision of this window back; answers which errors it was on. */
  undo: () => Promise<readonly string[]>;
};

export function useDecide(): Decide {
  const send = useSend(...changed);
  const decide: Decide["decide"] = async (issues, { verb, input, says }, quiet = false) => {
    const decided: string[] = [];
    try {
      for (const issue of issues) {
        const answer = await send<{ events?: unknown[] }>(`errors.${verb}`, { issue, ...input });
        // Nothing happened where it was so already: undoing that would undo something else.
        if (answer.events === undefined || answer.events.length > 0) decided.push(issue);
      }
    } finally {
      push({ issues: decided, says });
    }
    if (!quiet)
      say(
        `${issues.length > 1 ? count(issues.length, "error") : issues[0]} ${says}. z takes it back.`,
      );
  };
  const undo: Decide["undo"] = async () => {
    const last = done.at(-1);
    if (!last) {
      say("Nothing was decided in this window that could be taken back.", "bad");
      return [];
    }
    done = done.slice(0, -1);
    for (const issue of last.issues) await send("errors.undo", { issue });
    const what = last.issues.length > 1 ? `${amount(last.issues.length)} errors` : last.issues[0];
    say(`Taken back: ${what} ${last.says}.`);
    return last.issues;
  };
  return { decide, undo };
}
