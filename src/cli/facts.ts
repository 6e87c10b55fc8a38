import { type Ink, ink, padded, plain } from "./ink.ts";
import type { Terminal } from "./terminal.ts";
import { clockText } from "./when.ts";

/** A fact of the log, as `log.search` answers it. */
export type Fact = {
  position: number;
  at: number;
  type: string;
  says: string;
  by: { kind: string; id: string; name?: string };
  cause?: number;
  stream: string;
  data: unknown;
};
export type Facts = { events: Fact[]; more: boolean; head: number };

const positionColumns = 6;

/** One fact on one line: when, where in the log, what, who and why. */
export function factLine(fact: Fact, terminal: Terminal, now: number): string {
  const { dim } = ink(terminal);
  const { kind, id, name } = fact.by;
  // Parts of Castor have no name; the command line has one, since a person is behind it.
  const who = name !== undefined ? [name] : kind === "system" ? [] : [`${kind} ${id}`];
  const why = fact.cause === undefined ? [] : [`because of #${fact.cause}`];
  const aside = plain([...who, ...why].join(", "));
  const place = dim(padded(`#${fact.position}`, positionColumns));
  return `${dim(clockText(fact.at, now))}  ${place}  ${weighed(fact, ink(terminal))}${aside ? dim(`  (${aside})`) : ""}`;
}

const bad =
  /(failed|refused|unhealthy|ejected|crash|broke|opened-breaker|breaker-opened|parked|down|lost|trouble-began)/;
const good = /(trouble-ended|healthy|recovered|restored|started|closed|up|applied)$/;

function weighed({ type, says }: Fact, { red, green }: Ink): string {
  const mark = bad.test(type) ? red("●") : good.test(type) ? green("●") : "·";
  return `${mark} ${plain(says)}`;
}
