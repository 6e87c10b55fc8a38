import type { Event, EventDef, Millis } from "../contract.ts";
import type { Ack, Envelope, Log, Position, Recorded } from "../log/log.ts";
import { type Sealer, withoutSensitive } from "../seal/seal.ts";

/**
 * The log as capabilities see it: known facts only, checked against their schemas on the way in, sensitive fields sealed
 * on the way in and opened on the way out.
 */
export type Facts = Omit<Log, "append"> & {
  append(envelope: Envelope): Promise<Ack>;
  says(event: Event): string;
  /** Facts that change how something runs, within a stretch of time, newest first. */
  changes(of: { from: Millis; to: Millis }): Recorded[];
  /** The fact without what is sensitive in it. */
  hiding(event: Event): Event;
  /** Does this fact hold sensitive fields (in clear, as read through here)? */
  personal(event: Event): boolean;
};

export function openFacts(of: { log: Log; sealer: Sealer; defs: readonly EventDef[] }): Facts {
  const { log, sealer } = of;
  const defs = new Map(of.defs.map((def) => [def.type, def]));
  const changing = of.defs.filter((def) => def.isChange).map((def) => def.type);
  const sealing = new Set(of.defs.filter((def) => def.subject).map((def) => def.type));

  const open = <R extends { event: Event }>(recorded: R): R => {
    if (!sealing.has(recorded.event.type)) return recorded;
    const def = defs.get(recorded.event.type);
    return def ? sealer.unseal(def, recorded) : recorded;
  };
  const close = (event: Event & { stream: string }): Event & { stream: string } => {
    const def = defs.get(event.type);
    if (!def)
      throw new Error(
        `${event.type} is not emitted by any capability; list it in a manifest's emits.`,
      );
    const checked = def.schema.safeParse(event.data);
    if (!checked.success)
      throw new Error(`${event.type} does not fit its schema: ${checked.error.message}`);
    const whole = { ...event, data: checked.data };
    return sealing.has(event.type) ? { ...sealer.seal(def, whole), stream: event.stream } : whole;
  };

  return {
    ...bound(log),
    append: (envelope) => log.append({ ...envelope, events: envelope.events.map(close) }),
    read: (stream, range) => log.read(stream, range).map(open),
    page: (range) => log.page(range).map(open),
    at: (position) => {
      const recorded = log.at(position);
      return recorded && open(recorded);
    },
    async *tail(range) {
      for await (const batch of log.tail(range)) yield batch.map(open);
    },
    replay: (range, fold) => log.replay(range, (past) => fold(open(past))),
    changes: (of) => changesIn(log, changing, of).map(open),
    hiding: (event) => {
      const def = defs.get(event.type);
      return def ? withoutSensitive(def, event) : { ...event, data: {} };
    },
    personal: (event) => sealing.has(event.type),
    says: (event) => {
      const def = defs.get(event.type);
      if (!def) return event.type;
      try {
        return def.says(event.data);
      } catch {
        return event.type; // A sentence must never stop anyone from reading the log.
      }
    },
  };
}

const readTogether = 500;
/** So many changes are looked through, from the newest on. */
const changesMax = 2_000;

function changesIn(
  log: Log,
  types: readonly string[],
  { from, to }: { from: Millis; to: Millis },
): Recorded[] {
  const found: Recorded[] = [];
  let before: Position | undefined;
  for (let read = 0; read < changesMax; read += readTogether) {
    const after = { after: 0, ...(before === undefined ? {} : { before }) };
    const page = log.page({ ...after, limit: readTogether, types, backwards: true });
    found.push(...page.filter(({ at }) => at >= from && at <= to));
    const last = page.at(-1);
    if (!last || page.length < readTogether || last.at < from) break;
    before = last.position;
  }
  return found;
}

const bound = (log: Log): Omit<Log, "append" | "read" | "page" | "at" | "tail" | "replay"> => ({
  get epoch() {
    return log.epoch;
  },
  head: () => log.head(),
  version: (stream) => log.version(stream),
  onCommit: (hear) => log.onCommit(hear),
  verify: (how) => log.verify(how),
  bookmarks: log.bookmarks,
  close: () => log.close(),
});
