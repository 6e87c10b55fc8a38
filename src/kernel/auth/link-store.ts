import type { Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import type { Clock } from "../clock/clock.ts";
import type { Millis, Role } from "../contract.ts";
import type { Invitation, NewLink } from "./auth.ts";
import { writePrivateFile } from "./private-file.ts";

export const linkLifeMs = 24 * 3_600_000;
const secretBytes = 32;

export type Link = {
  hash: string;
  kind: NewLink["kind"];
  person: string;
  role: Role;
  email: string | null;
  dropSecondFactor: number;
  createdAt: Millis;
  expiresAt: Millis;
};

const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

/** Single-use links: a way in for whoever holds one. Only their hashes are kept. */
export class LinkStore {
  readonly #database: Database;
  readonly #clock: Clock;
  /** Where the first-run link stays readable for its owner until it is used. */
  readonly #firstRunFile: string;

  constructor(database: Database, clock: Clock, firstRunFile: string) {
    this.#database = database;
    this.#clock = clock;
    this.#firstRunFile = firstRunFile;
  }

  create(of: {
    kind: NewLink["kind"];
    person: string;
    role: Role;
    email?: string;
    dropSecondFactor?: boolean;
  }): NewLink {
    const link = Buffer.from(this.#clock.secret(secretBytes)).toString("base64url");
    const now = this.#clock.now();
    const expiresAt = now + linkLifeMs;
    this.#database.query("delete from link where expiresAt <= ?").run(now);
    this.#database
      .query(
        "insert into link (hash, kind, person, role, email, dropSecondFactor, createdAt, expiresAt) values (?, ?, ?, ?, ?, ?, ?, ?)",
      )
      .run(
        hashOf(link),
        of.kind,
        of.person,
        of.role,
        of.email ?? null,
        of.dropSecondFactor ? 1 : 0,
        now,
        expiresAt,
      );
    return { kind: of.kind, person: of.person, link, path: pathOf(link), expiresAt };
  }

  /** The link printed at the first start. A restart prints the same one again, so that no link on a screen dies early. */
  firstRun(renew: boolean): NewLink {
    const standing = renew ? undefined : this.#standingFirstRun();
    if (standing) return standing;
    this.endFirstRun();
    const made = this.create({ kind: "first-run", person: this.#clock.id(), role: "admin" });
    if (this.#firstRunFile) writePrivateFile(this.#firstRunFile, made.link);
    return made;
  }

  #standingFirstRun(): NewLink | undefined {
    if (!this.#firstRunFile || !existsSync(this.#firstRunFile)) return undefined;
    const link = readFileSync(this.#firstRunFile, "utf8");
    const known = this.find(link);
    if (!known) return undefined;
    const { kind, person, expiresAt } = known;
    return { kind, person, link, path: pathOf(link), expiresAt };
  }

  /** A link that may still be used. */
  find(secret: string): Link | undefined {
    return (
      this.#database
        .query<Link, [string, Millis]>("select * from link where hash = ? and expiresAt > ?")
        .get(hashOf(secret), this.#clock.now()) ?? undefined
    );
  }

  /** Uses the link up. Of two who try, one gets it. */
  take(secret: string): Link | undefined {
    return (
      this.#database
        .query<Link, [string, Millis]>(
          "delete from link where hash = ? and expiresAt > ? returning *",
        )
        .get(hashOf(secret), this.#clock.now()) ?? undefined
    );
  }

  endFirstRun(): void {
    this.#database.query("delete from link where kind = 'first-run'").run();
    if (this.#firstRunFile) rmSync(this.#firstRunFile, { force: true });
  }

  invitations(): Invitation[] {
    return this.#database
      .query<Link, [Millis]>(
        "select * from link where kind = 'invitation' and expiresAt > ? order by createdAt desc",
      )
      .all(this.#clock.now())
      .map(({ person, email, role, expiresAt }) => ({
        person,
        role,
        expiresAt,
        ...(email === null ? {} : { email }),
      }));
  }

  /** Withdraws every link of that person. */
  withdraw(person: string): boolean {
    return this.#database.query("delete from link where person = ?").run(person).changes > 0;
  }
}

const pathOf = (link: string): string => `/sign-in#link=${link}`;
