import type { Database } from "bun:sqlite";
import { createHash, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock/clock.ts";
import type { Actor, Millis, Role } from "../contract.ts";
import type { Token, Tokens } from "./auth.ts";

const secretBytes = 32;
const prefix = "castor_";
const shape = /^castor_[0-9a-f]{72}$/;
/** "Last used" is for people: writing it more often would cost a write per request. */
const lastUsedStepMs = 60_000;

type Row = {
  id: string;
  hash: Uint8Array;
  name: string;
  role: Role;
  scopes: string | null;
  createdAt: Millis;
  createdBy: string;
  expiresAt: Millis | null;
  lastUsedAt: Millis | null;
};

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();
const checksum = (hex: string): string => Bun.hash.crc32(hex).toString(16).padStart(8, "0");

const toToken = (row: Row): Token => ({
  id: row.id,
  name: row.name,
  role: row.role,
  createdAt: row.createdAt,
  createdBy: JSON.parse(row.createdBy) as Actor,
  ...(row.scopes === null ? {} : { scopes: JSON.parse(row.scopes) as string[] }),
  ...(row.expiresAt === null ? {} : { expiresAt: row.expiresAt }),
  ...(row.lastUsedAt === null ? {} : { lastUsedAt: row.lastUsedAt }),
});

/** Does it look like one of our tokens? A typing mistake is told apart from a wrong token without a look-up. */
export function isTokenShaped(secret: string): boolean {
  if (!shape.test(secret)) return false;
  return secret.slice(-8) === checksum(secret.slice(prefix.length, -8));
}

/** API tokens: 256 random bits behind `castor_`, a checksum after them; only their SHA-256 is kept. */
export class TokenStore implements Tokens {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  list(): Token[] {
    return this.#database
      .query<Row, []>("select * from token order by createdAt desc, id desc")
      .all()
      .map(toToken);
  }

  find(id: string): Token | undefined {
    const row = this.#database.query<Row, [string]>("select * from token where id = ?").get(id);
    return row ? toToken(row) : undefined;
  }

  create(of: {
    name: string;
    role: Role;
    scopes?: readonly string[];
    expiresAt?: Millis;
    by: Actor;
  }): { token: Token; secret: string } {
    const random = Buffer.from(this.#clock.secret(secretBytes)).toString("hex");
    const secret = `${prefix}${random}${checksum(random)}`;
    const { by, ...rest } = of;
    const token: Token = {
      id: this.#clock.id(),
      createdAt: this.#clock.now(),
      createdBy: by,
      ...rest,
    };
    this.#database
      .query(
        "insert into token (id, hash, name, role, scopes, createdAt, createdBy, expiresAt) values (?, ?, ?, ?, ?, ?, ?, ?)",
      )
      .run(
        token.id,
        sha256(secret),
        token.name,
        token.role,
        token.scopes ? JSON.stringify(token.scopes) : null,
        token.createdAt,
        JSON.stringify(by),
        token.expiresAt ?? null,
      );
    return { token, secret };
  }

  revoke(id: string): "done" | "unknown-token" {
    const { changes } = this.#database.query("delete from token where id = ?").run(id);
    return changes > 0 ? "done" : "unknown-token";
  }

  revokeAllOf(person: string): void {
    this.#database
      .query("delete from token where createdBy ->> 'kind' = 'person' and createdBy ->> 'id' = ?")
      .run(person);
  }

  /** The token that this secret belongs to, when it may still be used. */
  accept(secret: string): Token | undefined {
    if (!isTokenShaped(secret)) return undefined;
    const hash = sha256(secret);
    const row = this.#database
      .query<Row, [Uint8Array]>("select * from token where hash = ?")
      .get(hash);
    if (!row || !timingSafeEqual(row.hash, hash)) return undefined;
    const now = this.#clock.now();
    if (row.expiresAt !== null && row.expiresAt <= now) return undefined;
    if (now - (row.lastUsedAt ?? 0) >= lastUsedStepMs) {
      this.#database.query("update token set lastUsedAt = ? where id = ?").run(now, row.id);
    }
    return toToken(row);
  }
}
