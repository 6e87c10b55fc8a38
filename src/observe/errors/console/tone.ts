import type { ErrorIssues, Tone } from "#console";

type Issue = ErrorIssues["issues"][number];

/** How bad it is that an error is in this state. */
export const toneOf = (state: Issue["state"]): Tone =>
  state === "resolved"
    ? "good"
    : state === "regressed" || state === "escalating"
      ? "bad"
      : state === "new"
        ? "warn"
        : "none";
