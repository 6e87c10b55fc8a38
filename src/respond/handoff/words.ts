import type { Brief } from "./contract.ts";

const minute = (at: number): string => new Date(at).toISOString().slice(0, 16).replace("T", " ");
const span = (ms: number): string =>
  ms < 60_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;

const part = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", `${title}:`, ...lines.map((line) => `- ${line}`)];

const seenTo = (by: string | null, afterMs: number | null): string =>
  by === null ? "nobody saw to it" : `${by}${afterMs === null ? "" : ` after ${span(afterMs)}`}`;

/** A brief as plain text; times are UTC, since it travels. */
export function wordsOf(of: Omit<Brief, "text">): string {
  const { team, member, until, next, open, over, smouldering, silences, changes, gaps } = of;
  const who = member === null ? "nobody is on call" : `${member} is on call`;
  const end = until === null ? "" : ` until ${minute(until)} UTC`;
  return [
    `${team}: ${who}${end}${next ? `, then ${next.member} from ${minute(next.from)}` : ""}.`,
    ...part(
      "Open",
      open.map(
        ({ title, severity, since, acknowledgedBy }) =>
          `${title} (${severity}, since ${minute(since)}): ${acknowledgedBy === null ? "nobody sees to it" : `${acknowledgedBy} sees to it`}`,
      ),
    ),
    ...part(
      "Over in this turn",
      over.map(
        ({ title, at, acknowledgedBy, acknowledgedAfterMs }) =>
          `${title} (${minute(at)}): ${seenTo(acknowledgedBy, acknowledgedAfterMs)}`,
      ),
    ),
    ...part(
      "Wrong, and wakes nobody",
      smouldering.map(({ title, since }) => `${title} (since ${minute(since)})`),
    ),
    ...part(
      "Silenced",
      silences.map(({ why, by, until: ends }) => `${why} (${by}, until ${minute(ends)})`),
    ),
    ...part(
      "Changed lately",
      changes.map(({ at, says }) => `${minute(at)}: ${says}`),
    ),
    ...part(
      "Nobody is on call",
      gaps.slice(0, 10).map(({ from, to }) => `${minute(from)} to ${minute(to)}`),
    ),
    ...(open.length + over.length + smouldering.length === 0 ? ["", "All was quiet."] : []),
  ].join("\n");
}
