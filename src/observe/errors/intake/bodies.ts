import type { Tables } from "#kernel";
import { type Json, recordOf } from "../event/json.ts";
import { spotsOf } from "../event/spots.ts";
import type { Scrubbed } from "../scrub/scrub.ts";
import type { Part } from "./opened.ts";

type Reading = Pick<Tables, "get">;
export type Body = { scrubbed: readonly Scrubbed[]; body: Uint8Array; parts: readonly Part[] };

/** Of a number and 32 digits each. */
const knownMax = 10_000;

/** What events say in full: each its own, and what many have in common once, with how many have it. */
export class Bodies {
  /** Rows of `parts` by their hash. */
  readonly #known = new Map<string, number>();
  readonly #more = new Map<number, number>();

  keep(tables: Tables, event: number, { scrubbed, body, parts }: Body): void {
    const list = parts.map((part) => `${part.spot}:${this.#note(tables, part)}`).join(" ");
    tables.run(
      "INSERT OR REPLACE INTO bodies (event, scrubbed, parts, body) VALUES (?, ?, ?, ?)",
      ...[event, scrubbed.length === 0 ? "" : JSON.stringify(scrubbed), list, body],
    );
  }

  remove(tables: Tables, event: number): void {
    const { parts } = rowOf(tables, event) ?? { parts: "" };
    for (const [, part] of partsIn(parts)) {
      const left = tables.get<{ hash: Uint8Array; events: number }>(
        "UPDATE parts SET events = events - 1 WHERE id = ? RETURNING hash, events",
        part,
      );
      if (!left || left.events > 0) continue;
      tables.run("DELETE FROM parts WHERE id = ?", part);
      this.#known.delete(Buffer.from(left.hash).toString("hex"));
    }
    tables.run("DELETE FROM bodies WHERE event = ?", event);
  }

  /** Writes what many events of one transaction share. */
  settle(tables: Tables): void {
    for (const [part, events] of this.#more)
      tables.run("UPDATE parts SET events = events + ? WHERE id = ?", events, part);
    this.#more.clear();
  }

  forget(): void {
    this.#known.clear();
    this.#more.clear();
  }

  #note(tables: Tables, { hash, packed }: Part): number {
    let id = this.#known.get(hash);
    if (id === undefined) {
      id = partOf(tables, Buffer.from(hash, "hex"), packed);
      if (this.#known.size >= knownMax) this.#known.clear();
      this.#known.set(hash, id);
    }
    this.#more.set(id, (this.#more.get(id) ?? 0) + 1);
    return id;
  }
}

function partOf(tables: Tables, hash: Uint8Array, packed: Uint8Array): number {
  const find = "SELECT id FROM parts WHERE hash = ?";
  const row =
    tables.get<{ id: number }>(find, hash) ??
    tables.get<{ id: number }>(
      "INSERT INTO parts (hash, events, body) VALUES (?, 0, ?) RETURNING id",
      ...[hash, packed],
    );
  if (!row) throw new Error("A part that was written is not there.");
  return row.id;
}

type Row = { scrubbed: string; parts: string; body: Uint8Array };
const rowOf = (tables: Reading, event: number): Row | undefined =>
  tables.get<Row>("SELECT scrubbed, parts, body FROM bodies WHERE event = ?", event);
const partsIn = (list: string): [spot: string, part: number][] =>
  list.split(" ").flatMap((each): [string, number][] => {
    const [spot = "", part] = each.split(":");
    return part === undefined ? [] : [[spot, Number(part)]];
  });
const unpacked = (body: Uint8Array): unknown =>
  JSON.parse(new TextDecoder().decode(Bun.zstdDecompressSync(body)));

/** An event that was worked on, with what it has in common with others. */
export const wholeOf = ({ body, parts }: Pick<Body, "body" | "parts">): Json =>
  joined(body, (spot) => parts.find((each) => each.spot === spot)?.packed);

function joined(body: Uint8Array, partAt: (spot: string) => Uint8Array | undefined): Json {
  const sent = recordOf(unpacked(body)) ?? {};
  for (const { id, holder, name } of spotsOf(sent)) {
    const part = partAt(id);
    if (part) holder[name] = unpacked(part);
  }
  return sent;
}

/** An event as it was sent, scrubbed; and what was taken out. */
export function bodyOf(tables: Reading, event: number): { sent: Json; scrubbed: Scrubbed[] } {
  const row = rowOf(tables, event);
  if (!row) return { sent: {}, scrubbed: [] };
  const parts = new Map(partsIn(row.parts));
  const sent = joined(row.body, (spot) => {
    const part = parts.get(spot);
    if (part === undefined) return undefined;
    return tables.get<{ body: Uint8Array }>("SELECT body FROM parts WHERE id = ?", part)?.body;
  });
  return { sent, scrubbed: row.scrubbed === "" ? [] : (JSON.parse(row.scrubbed) as Scrubbed[]) };
}
