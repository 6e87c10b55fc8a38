import type { Actor, Event, Millis } from "../contract.ts";
import type { Position, Recorded, Replayed } from "./log.ts";

/** A record as it lies on disk: the bytes the chain covers, whatever today's shape of the event is. */
export type Stored = {
  position: Position;
  stream: string;
  version: number;
  type: string;
  /** Which shape of the event's data this is: 1, and one more for every upcast added since. */
  shape: number;
  at: Millis;
  /** The actor, as JSON. */
  by: string;
  cause: Position | null;
  envelope: string;
  /** The event's place in its envelope; the first is 0. */
  part: number;
  /** The event's data, as JSON. */
  data: string;
  hash: string;
};

/** What the first record's chain starts from. */
export const genesis = "0".repeat(64);

/**
 * The hash of a record: SHA-256 over the hash before it and the record's canonical text.
 * Names and ids hold no line break (intake refuses them) and JSON text has none, so the text reads one way only.
 */
export function chained(previous: string, of: Omit<Stored, "hash">): string {
  const { position, version, shape, at, cause, part, stream, type, envelope, by, data } = of;
  return Bun.SHA256.hash(
    `${previous}\n${position} ${version} ${shape} ${at} ${cause ?? "-"} ${part}\n${stream}\n${type}\n${envelope}\n${by}\n${data}`,
    "hex",
  );
}

/** Turns data of one older shape into the next. */
export type Upcast = (data: unknown) => unknown;
/**
 * The upcasts of each event type, oldest first. An event is stored with the number of its shape, 1 + how many
 * upcasts there were that day; on reading, the ones added since are applied. So: only ever add at the end.
 */
export type Upcasters = Readonly<Record<string, Upcast | readonly Upcast[]>>;

/** Collects the upcasts that the declarations of events carry. */
export const upcastersOf = (
  defs: readonly { type: string; upcast?: Upcast | readonly Upcast[] }[],
): Upcasters =>
  Object.fromEntries(defs.flatMap(({ type, upcast }) => (upcast ? [[type, upcast]] : [])));

/** The number of today's shape of an event type. */
export const shapeOf = (type: string, upcasters: Upcasters): number =>
  1 + upcastsOf(type, upcasters).length;

const none: readonly Upcast[] = [];
function upcastsOf(type: string, upcasters: Upcasters): readonly Upcast[] {
  const found = upcasters[type];
  if (found === undefined) return none;
  return typeof found === "function" ? [found] : found;
}

const actorsKeptMax = 1_000;

/** What replaying needs of a record. */
export type StoredPast = Omit<Stored, "envelope" | "part" | "hash">;

export type Reader = {
  recorded(stored: Stored): Recorded;
  replayed(stored: StoredPast): Replayed;
};

/** Makes the reader of stored records: today's shape of the data, and one shared actor per text. */
export function reader(upcasters: Upcasters): Reader {
  const actors = new Map<string, Actor>();
  const actorOf = (text: string): Actor => {
    const known = actors.get(text);
    if (known) return known;
    if (actors.size >= actorsKeptMax) actors.clear();
    const actor = Object.freeze(JSON.parse(text) as Actor);
    actors.set(text, actor);
    return actor;
  };
  const eventOf = ({ type, shape, data: text }: StoredPast): Event => {
    let data: unknown = JSON.parse(text);
    const upcasts = upcastsOf(type, upcasters);
    for (let added = shape - 1; added < upcasts.length; added++) data = upcasts[added]?.(data);
    return { type, data };
  };
  return {
    recorded: (stored) => {
      const { position, stream, version, at, cause, envelope, hash } = stored;
      const event = eventOf(stored);
      const by = actorOf(stored.by);
      const what = { position, stream, version, event, at, by, envelope, hash };
      return cause === null ? what : { ...what, cause };
    },
    replayed: (stored) => {
      const { position, stream, version, at, cause } = stored;
      const event = eventOf(stored);
      const by = actorOf(stored.by);
      return cause === null
        ? { position, stream, version, event, at, by }
        : { position, stream, version, event, at, by, cause };
    },
  };
}
