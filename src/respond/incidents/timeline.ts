import type { Read } from "#kernel";
import * as z from "zod";
import { type Entry, search } from "../../platform/log/contract.ts";
import { noteAt, textOf } from "./room/notes.ts";
import type { Graph, Incident, Row, timelineOf } from "./contract.ts";

const readTogether = 500;
const rowsMax = 2_000;
const afterMs = 600_000;

/** What may belong to an incident, by who says it. Who came in and which token was made never does. */
const told = [
  ...["settings.*", "catalog.*", "gateway.*", "certificates.*", "cache.*", "faults.*", "freeze.*"],
  ...["surge.*", "waiting-room.*", "errors.*", "alerts.*", "paging.*", "on-call.*", "incidents.*"],
  ...["status-page.*", "live.*", "runbooks.*"],
];
/** Bookkeeping that tells a reader nothing. */
const dull = new Set([
  ...["incidents.numbered", "surge.rung-held", "catalog.instance-placed", "runbooks.changed"],
]);

const kinds: readonly [RegExp, Row["kind"]][] = [
  [/^(paging|on-call)\./, "page"],
  [/^status-page\./, "status"],
  [/^(incidents|runbooks)\./, "person"],
  [/^errors\.(deployed|release)|^alerts\.change-reported/, "change"],
  [/^(errors|alerts)\./, "sign"],
  [/unhealthy|crash|exited|ejected|breaker|refused|expiring|failed|trouble-began/, "sign"],
];
const kindOf = (type: string): Row["kind"] =>
  kinds.find(([pattern]) => pattern.test(type))?.[1] ?? "change";

const evidence = ({ position, type, data }: Entry): string => {
  const { issue } = data as { issue?: unknown };
  return type.startsWith("errors.") && typeof issue === "string"
    ? `/errors?issue=${issue}`
    : `/log?event=${position}`;
};

type Named = { incident?: unknown; service?: unknown; services?: unknown; isPerson?: unknown };

/** Its own facts, those about its services, and those about everything. */
function concerns({ type, data }: Entry, of: Incident, own: ReadonlySet<string>): boolean {
  if (dull.has(type)) return false;
  const { incident, service, services, isPerson } = (data ?? {}) as Named;
  // The page itself says who acknowledged it.
  if (type === "alerts.acknowledged" && isPerson === true) return false;
  if (typeof incident === "string" || type.startsWith("incidents."))
    return own.has(String(incident));
  if (of.services.length === 0) return true;
  if (typeof service === "string") return of.services.includes(service);
  if (Array.isArray(services)) return services.some((each) => of.services.includes(String(each)));
  return true;
}

type Reading = Pick<Read, "ask" | "now" | "tables" | "log">;

/** What a note says stands in the log alone, sealed: an entry of it has no text. */
function noteIn(read: Reading, { position }: Entry): Pick<Row, "note" | "noteId" | "isTakenAway"> {
  const found = noteAt(read, position);
  if (!found) return {};
  const text = textOf(read, found);
  return { noteId: found.note, ...(text === undefined ? { isTakenAway: true } : { note: text }) };
}
const gone = "a note that was taken away";

const rowOf = (read: Reading, entry: Entry): Row => {
  const { position, at, says, type, by, data } = entry;
  const note = type === "incidents.noted" ? noteIn(read, entry) : {};
  const { person, by: named, incident } = (data ?? {}) as Record<string, unknown>;
  // Who tapped a link is not signed in; the fact names them.
  const isPublic = by.kind === "system" && by.id === "public";
  const who = [named, person].find((each): each is string => typeof each === "string");
  return {
    ...{
      position,
      at,
      says: type === "incidents.noted" ? `${incident}: ${note.note ?? gone}` : says,
      type,
      by: isPublic && who !== undefined ? { ...by, name: who } : by,
      kind: kindOf(type),
      link: evidence(entry),
    },
    ...note,
    ...(type === "incidents.pinned" ? { graph: (data as { graph: Graph }).graph } : {}),
    ...(type.startsWith("incidents.") && typeof person === "string" ? { person } : {}),
  };
};

/** What happened around an incident, by the log alone: nobody types a time. */
export async function timelineNow(
  read: Reading,
  of: Incident,
  { beforeMs, merged }: { beforeMs: number; merged: readonly Incident[] },
): Promise<z.infer<typeof timelineOf.output>> {
  const began = [of, ...merged].flatMap(({ times }) => [times.started, times.detected]);
  const since = Math.min(...began) - beforeMs;
  const until = of.times.resolved === null ? undefined : of.times.resolved + afterMs;
  const own = new Set([of, ...merged].map(({ incident }) => incident));
  const rows: Row[] = [];
  let before: number | undefined;
  for (let isMore = true; isMore && rows.length < rowsMax;) {
    const page = await read.ask(search, {
      type: told,
      since,
      limit: readTogether,
      ...(until === undefined ? {} : { until }),
      ...(before === undefined ? {} : { before }),
    });
    rows.push(
      ...page.events.filter((each) => concerns(each, of, own)).map((each) => rowOf(read, each)),
    );
    before = page.events.at(-1)?.position;
    isMore = page.more && before !== undefined;
  }
  return { at: read.now, rows: rows.slice(0, rowsMax).toReversed(), isCut: rows.length >= rowsMax };
}
