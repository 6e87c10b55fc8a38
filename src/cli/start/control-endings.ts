import type { ProcessState } from "../../kernel/processes/process.ts";

const configurationCode = 78;
/** Exit codes with which control says that starting it again will not help. */
const hopeless: Record<number, string> = {
  75: "The console's port is taken, perhaps by another Castor: choose another with --console 127.0.0.1:4601.",
  [configurationCode]: "The configuration has mistakes: castor config check shows them.",
};
const logPlace = "Its log is logs/control.log in the data folder.";

/** Why control ended, in its own words: the last error of its log, without the stack around it. */
export const errorIn = (log: string): string | undefined =>
  [...log.matchAll(/^\S+Z (?:\w*Error|error): (.+)$/gm)].at(-1)?.[1];

/** What to say of a fact about control, and whether to give up: only what never worked is given up. */
export type Ending = { says: string; giveUp: boolean; about?: "configuration" };

export function endingOf(
  { id, asked, state, code, signal }: ProcessState,
  hasWorked: boolean,
): Ending | undefined {
  if (id !== "control" || asked !== false || !["exited", "crash-looping"].includes(state))
    return undefined;
  const known = code === undefined ? undefined : hopeless[code];
  if (known !== undefined && !hasWorked)
    return {
      says: known,
      giveUp: true,
      ...(code === configurationCode ? { about: "configuration" } : {}),
    };
  const how = signal ?? `exit code ${code ?? "unknown"}`;
  const again = state === "crash-looping" ? "again and again" : "and is started again";
  return {
    says: `Control ended (${how}) ${again}; traffic flows on. ${known ?? logPlace}`,
    giveUp: false,
  };
}
