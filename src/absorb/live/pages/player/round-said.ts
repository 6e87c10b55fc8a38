import { outcome, type Outcome } from "../../contract/outcomes.ts";

/** What this phone knows of its answer to one question. */
export type RoundNow = {
  /** The choice that was made here, or that stands at the node. */
  chosen: number | undefined;
  /** What became of it, once the node said so. */
  became: Outcome | undefined;
  isOffline: boolean;
  isOver: boolean;
  /** The right choice, once it is told; none in a poll. */
  right: number | null;
};

const counted: readonly Outcome[] = [outcome.recorded, outcome.repeated];
const becameText: Partial<Record<Outcome, string>> = {
  [outcome.recorded]: "Your answer is safe.",
  [outcome.repeated]: "Your first answer stands.",
  [outcome.late]: "Too late: time was up before your answer came.",
  [outcome.early]: "Too early: the question was not open yet.",
};

/** How it stands with somebody's answer, in a line. */
export function roundSaid({ chosen, became, isOffline, isOver, right }: RoundNow): string {
  if (chosen === undefined) return isOver ? "You did not answer this one." : "";
  if (became === undefined && isOffline)
    return isOver
      ? "No network: it will be told here whether your answer came in time."
      : "No network: your answer is kept, and sent as soon as there is one.";
  if (became === undefined)
    return isOver ? "Time is up. Asking whether your answer came in time…" : "Sending…";
  if (!counted.includes(became)) return becameText[became] ?? "This answer was not taken.";
  if (right === null) return becameText[became] ?? "";
  return right === chosen ? "Right!" : "Not this time. The next one is yours.";
}
