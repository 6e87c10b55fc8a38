import { type EventLike, type Millis, type Replayed, view } from "#kernel";
import { type Labels, labelsText, withoutEmpty } from "../model/labels.ts";
import type { Begin, End, Source } from "./source.ts";
import { ownFacts, sources } from "./sources.ts";

/** Something of Castor's own that is wrong, or was until lately. */
export type OwnAlert = {
  labels: Labels;
  annotations: Labels;
  /** The rule or objective that says so. */
  rule?: string | undefined;
  /** Since when. */
  at: Millis;
  /** It is over then if nobody says so before. */
  until?: Millis | undefined;
  endedAt?: Millis | undefined;
};
/** By labels, so that what is told twice is once. */
export type OwnAlerts = Record<string, OwnAlert>;

/** What is over is known for so long, so that its end is told after a restart too. */
const endedKeptMs = 3_600_000;
/** A hostile sender must not make endless ones: beyond this, new ones of the same source are left out. */
export const openOfSourceMax = 500;

type Part<P> = { source: Source; part: P };
function byFact<P extends { def: EventLike }>(
  parts: (source: Source) => readonly P[],
): Map<string, Part<P>[]> {
  const found = new Map<string, Part<P>[]>();
  for (const source of sources)
    for (const part of parts(source)) {
      const { type } = part.def;
      found.set(type, [...(found.get(type) ?? []), { source, part }]);
    }
  return found;
}
const beginsBy = byFact<Begin>(({ begins }) => begins);
const endsBy = byFact<End>(({ ends }) => ends);

const nameOf = ({ name }: Source): Labels => (name === undefined ? {} : { alertname: name });
const has = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => (labels[name] ?? "") === value);

export const endOf = ({ endedAt, until }: OwnAlert, now: Millis): Millis | undefined =>
  endedAt ?? (until !== undefined && until <= now ? until : undefined);

type Fact = { type: string; data: unknown; at: Millis };

/** What is known after one more fact; changes it in place. */
export function folded(known: OwnAlerts, { event, at }: Replayed): OwnAlerts {
  for (const [key, own] of Object.entries(known))
    if ((endOf(own, at) ?? at) + endedKeptMs < at) delete known[key];
  const fact = { ...event, at };
  endWhat(known, fact);
  beginWhat(known, fact);
  return known;
}

function endWhat(known: OwnAlerts, { type, data, at }: Fact): void {
  for (const { source, part } of endsBy.get(type) ?? []) {
    const about = part.of(data);
    if (about === undefined) continue;
    const wanted = { ...about, ...nameOf(source) };
    for (const own of Object.values(known))
      if (endOf(own, at) === undefined && has(own.labels, wanted)) own.endedAt = at;
  }
}

function beginWhat(known: OwnAlerts, { type, data, at }: Fact): void {
  for (const { source, part } of beginsBy.get(type) ?? []) {
    const said = part.says(data);
    if (said === undefined) continue;
    const { about, summary, annotations, lastsMs, since = at, rule } = said;
    const severity = said.severity ?? source.severity;
    const labels = withoutEmpty({ severity, ...about, ...nameOf(source) });
    const key = labelsText(labels);
    const old = known[key];
    const isOpen = old !== undefined && endOf(old, at) === undefined;
    if (!isOpen && isFull(known, source, at)) continue;
    const until = lastsMs === undefined ? undefined : at + lastsMs;
    const words = { ...annotations, summary };
    known[key] = { labels, annotations: words, rule, at: isOpen ? old.at : since, until };
  }
}

function isFull(known: OwnAlerts, source: Source, at: Millis): boolean {
  if (source.name === undefined) return false; // Rules bound themselves.
  const open = Object.values(known).filter(
    (own) => own.labels["alertname"] === source.name && endOf(own, at) === undefined,
  );
  return open.length >= openOfSourceMax;
}

export const ownView = view("alerts.own", {
  from: ownFacts as readonly EventLike[],
  empty: (): OwnAlerts => ({}),
  apply: (known, recorded) => folded(known, recorded as Replayed),
});
