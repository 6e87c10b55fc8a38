import { type EventOf, type Read, table, type Tables } from "#kernel";
import * as contract from "../contract.ts";

const keptMs = 400 * 86_400_000;

/** What is known of one delivery. A `sending` one that nobody is sending was cut off by a crash. */
export type Delivery = {
  delivery: string;
  page: string | null;
  person: string;
  channel: string;
  kind: (typeof contract.kinds)[number];
  call: number;
  state: "intended" | "sending" | "accepted" | "failed" | "folded" | "dropped";
  made_at: number;
  due_at: number;
  attempts: number;
  first_at: number | null;
  last_at: number | null;
  accepted_at: number | null;
  delivered_at: number | null;
  ref: string | null;
  why: string | null;
  retry_at: number | null;
  /** An attempt of it had no answer: it may be there already. */
  is_uncertain: 0 | 1;
};

const facts = [
  ...[contract.intended, contract.hastened, contract.attempted, contract.accepted],
  ...[contract.failed, contract.delivered, contract.folded, contract.dropped],
] as const;

/** Every delivery of the last 400 days with where it stands: the proof of each page, and who was disturbed how often. */
export const deliveries = table<(typeof facts)[number]>("paging.deliveries", {
  version: 2,
  from: facts,
  schema: `CREATE TABLE paging_deliveries (
    delivery TEXT PRIMARY KEY, page TEXT, person TEXT NOT NULL, channel TEXT NOT NULL, kind TEXT NOT NULL, call INTEGER NOT NULL,
    state TEXT NOT NULL, made_at INTEGER NOT NULL, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL, first_at INTEGER, last_at INTEGER,
    accepted_at INTEGER, delivered_at INTEGER, ref TEXT, why TEXT, retry_at INTEGER, is_open INTEGER NOT NULL, is_uncertain INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX paging_deliveries_page ON paging_deliveries (page, made_at);
  CREATE INDEX paging_deliveries_person ON paging_deliveries (person, channel, last_at);
  CREATE INDEX paging_deliveries_first ON paging_deliveries (person, first_at);
  CREATE INDEX paging_deliveries_made ON paging_deliveries (made_at);
  CREATE INDEX paging_deliveries_open ON paging_deliveries (due_at) WHERE is_open = 1;`,
  apply: (tables, { event, at: exactAt }) => {
    const at = Math.round(exactAt);
    const { delivery } = event.data;
    const set = (what: string, ...params: (string | number | null)[]): void =>
      tables.run(`UPDATE paging_deliveries SET ${what} WHERE delivery = ?`, ...params, delivery);
    switch (event.type) {
      case "paging.intended": {
        const { page, person, channel, kind, call, at: dueAt } = event.data;
        tables.run(
          `INSERT OR IGNORE INTO paging_deliveries (delivery, page, person, channel, kind, call, state, made_at, due_at, attempts, is_open, is_uncertain)
            VALUES (?, ?, ?, ?, ?, ?, 'intended', ?, ?, 0, 1, 0)`,
          ...[delivery, page, person, channel, kind, call, at, Math.round(dueAt)],
        );
        tables.run("DELETE FROM paging_deliveries WHERE made_at < ?", at - keptMs);
        break;
      }
      case "paging.hastened":
        return set("due_at = ?", at);
      case "paging.attempted":
        return set(
          "state = 'sending', attempts = ?, first_at = coalesce(first_at, ?), last_at = ?, due_at = ?, retry_at = NULL, is_open = 1, is_uncertain = max(is_uncertain, ?)",
          ...[event.data.attempt, at, at, at, event.data.isMaybeDuplicate ? 1 : 0],
        );
      case "paging.accepted":
        return set(
          "state = 'accepted', accepted_at = ?, ref = ?, why = NULL, is_open = 0",
          ...[at, event.data.ref ?? null],
        );
      case "paging.failed":
        return setFailed(set, event.data);
      case "paging.delivered":
        return set("delivered_at = ?", at);
      case "paging.folded":
        return set("state = 'folded', is_open = 0");
      case "paging.dropped":
        return set("state = 'dropped', is_open = 0, why = ?", event.data.why);
    }
  },
});

function setFailed(
  set: (what: string, ...params: (string | number | null)[]) => void,
  { why, retryAt, mayHaveArrived }: EventOf<typeof contract.failed>["data"],
): void {
  const at = retryAt === null ? null : Math.round(retryAt);
  const isOpen = at === null ? 0 : 1;
  set(
    "state = 'failed', why = ?, retry_at = ?, due_at = coalesce(?, due_at), is_open = ?, is_uncertain = max(is_uncertain, ?)",
    ...[why, at, at, isOpen, mayHaveArrived === true ? 1 : 0],
  );
}

type Reader = Pick<Read, "tables">;
const of = (read: Reader): Tables => read.tables(deliveries);

export const deliveryNamed = (read: Reader, delivery: string): Delivery | undefined =>
  of(read).get<Delivery>("SELECT * FROM paging_deliveries WHERE delivery = ?", delivery);

const shownMax = 500;
/** What was done about a page, in order. */
export const deliveriesOf = (read: Reader, page: string): Delivery[] =>
  of(read).all<Delivery>(
    "SELECT * FROM paging_deliveries WHERE page = ? ORDER BY made_at, delivery LIMIT ?",
    ...[page, shownMax],
  );

export const deliveriesOfCall = (read: Reader, page: string, call: number): Delivery[] =>
  of(read).all<Delivery>(
    "SELECT * FROM paging_deliveries WHERE page = ? AND call = ? AND kind = 'call' ORDER BY due_at, delivery",
    ...[page, call],
  );

const lateMax = 200;
/** What was due before an instant and has no end; the oldest first. */
export const lateDeliveries = (read: Reader, before: number): Delivery[] =>
  of(read).all<Delivery>(
    "SELECT * FROM paging_deliveries WHERE is_open = 1 AND due_at < ? ORDER BY due_at LIMIT ?",
    ...[before, lateMax],
  );

/** How often somebody was called since then, each call once however many channels it took, without this call. */
export const callsSince = (
  read: Reader,
  person: string,
  of2: { since: number; page: string | null; call: number },
): { others: number; isKnown: boolean } => {
  const rows = of(read).all<{ page: string | null; call: number }>(
    `SELECT DISTINCT page, call FROM paging_deliveries
      WHERE person = ? AND first_at > ? AND kind = 'call' LIMIT 1000`,
    ...[person, of2.since],
  );
  const isThis = (row: { page: string | null; call: number }): boolean =>
    row.page === of2.page && row.call === of2.call;
  return { others: rows.filter((row) => !isThis(row)).length, isKnown: rows.some(isThis) };
};

/** Where the thread of a page began on somebody's channel. */
export const firstRef = (
  read: Reader,
  page: string,
  way: { person: string; channel: string },
): { ref: string | null } | undefined =>
  of(read).get(
    `SELECT ref FROM paging_deliveries WHERE page = ? AND person = ? AND channel = ? AND accepted_at IS NOT NULL
      AND kind = 'call' ORDER BY accepted_at LIMIT 1`,
    ...[page, way.person, way.channel],
  );

/** The last message to somebody over a channel that the far side took, and the last that it did not. */
export const healthOf = (
  read: Reader,
  way: { person: string; channel: string },
): { acceptedAt: number | null; failedAt: number | null; why: string | null } => {
  const row = (state: string): { last_at: number; why: string | null } | undefined =>
    of(read).get(
      `SELECT last_at, why FROM paging_deliveries WHERE person = ? AND channel = ? AND state = ? AND last_at IS NOT NULL
        ORDER BY last_at DESC LIMIT 1`,
      ...[way.person, way.channel, state],
    );
  const bad = row("failed");
  return {
    acceptedAt: row("accepted")?.last_at ?? null,
    failedAt: bad?.last_at ?? null,
    why: bad?.why ?? null,
  };
};
