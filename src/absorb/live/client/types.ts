import type { Outcome } from "../contract/outcomes.ts";

/** A question that is open. `closesAt` is in this machine's Unix milliseconds. */
export type Shown = { question: number; text: string; choices: string[]; closesAt: number };
export type LiveEvents = {
  /** `offline`: answers are kept and sent when the connection is back. `elsewhere`: another connection of this token took the place of this one. */
  state(state: "connecting" | "on" | "offline" | "elsewhere" | "ended"): void;
  /** A question will be shown in so many milliseconds. */
  soon(of: { question: number; inMs: number }): void;
  /** Now: by the same clock on every phone. `closesAt` is in this machine's time. */
  shown(question: Shown): void;
  /** What became of an answer; `choice` is the one that stands. */
  counted(of: { question: number; outcome: Outcome; choice: number | null }): void;
  closed(of: { question: number; right: number | null }): void;
  /** The show is over and ranked. Comes when it is this client's turn to ask for its place: not all may at once. */
  over(): void;
  /** The token is not taken: `expired` or `forged`. */
  refused(why: Outcome): void;
};
export type LiveOptions = Partial<LiveEvents> & {
  /** Where the run is: `https://live.example.org/live/final`. */
  url: string;
  token: string;
  /** For tests. */
  chance?: () => number;
};
export type LiveClient = {
  answer(question: number, choice: number): void;
  close(): void;
};
