import type { Database } from "bun:sqlite";
import type { Clock } from "../clock/clock.ts";
import type { Millis, Role } from "../contract.ts";
import type { Invitation, NewLink, People, Person, Session } from "./auth.ts";
import type { Link, LinkStore } from "./link-store.ts";
import { toIso, toMillis } from "./schema.ts";
import type { TokenStore } from "./token-store.ts";

type PersonRow = {
  id: string;
  name: string;
  email: string;
  role: Role;
  createdAt: string;
  lastSignInAt: Millis | null;
  twoFactorEnabled: number | null;
  passkeyCount: number;
};
type SessionRow = {
  id: string;
  userId: string;
  createdAt: string;
  expiresAt: string;
  ipAddress: string | null;
  userAgent: string | null;
  via: "password" | "passkey";
};

const people = `select id, name, email, role, createdAt, lastSignInAt, twoFactorEnabled,
  (select count(*) from passkey where userId = "user".id) as passkeyCount from "user"`;

const toPerson = (row: PersonRow): Person => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: row.role,
  joinedAt: toMillis(row.createdAt),
  ...(row.lastSignInAt === null ? {} : { lastSignInAt: row.lastSignInAt }),
  totp: row.twoFactorEnabled === 1,
  passkeyCount: row.passkeyCount,
});

/** Who may come in, in people.db. What it says counts from the next request on. */
export class PeopleStore implements People {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #links: LinkStore;
  readonly #tokens: TokenStore;

  constructor(of: { database: Database; clock: Clock; links: LinkStore; tokens: TokenStore }) {
    this.#database = of.database;
    this.#clock = of.clock;
    this.#links = of.links;
    this.#tokens = of.tokens;
  }

  list(): Person[] {
    return this.#database
      .query<PersonRow, []>(`${people} order by createdAt, id`)
      .all()
      .map(toPerson);
  }

  find(id: string): Person | undefined {
    const row = this.#database.query<PersonRow, [string]>(`${people} where id = ?`).get(id);
    return row ? toPerson(row) : undefined;
  }

  findByEmail(email: string): Person | undefined {
    const row = this.#database
      .query<PersonRow, [string]>(`${people} where email = ?`)
      .get(email.toLowerCase());
    return row ? toPerson(row) : undefined;
  }

  isEmpty(): boolean {
    return this.#database.query('select 1 from "user" limit 1').get() === null;
  }

  invitations(): Invitation[] {
    return this.#links.invitations();
  }

  sessions(person?: string): Session[] {
    return this.#database
      .query<SessionRow, [string, string | null]>(
        "select * from session where expiresAt > ?1 and (?2 is null or userId = ?2) order by createdAt desc",
      )
      .all(toIso(this.#clock.now()), person ?? null)
      .map((row) => ({
        id: row.id,
        person: row.userId,
        startedAt: toMillis(row.createdAt),
        expiresAt: toMillis(row.expiresAt),
        address: row.ipAddress ?? "",
        userAgent: row.userAgent ?? "",
        via: row.via,
      }));
  }

  invite(of: { role: Role; email?: string }): NewLink | "email-taken" {
    const email = of.email?.toLowerCase();
    if (email !== undefined && this.findByEmail(email)) return "email-taken";
    const person = this.#clock.id();
    return this.#links.create({
      kind: "invitation",
      person,
      role: of.role,
      ...(email ? { email } : {}),
    });
  }

  signInLink(of: { email?: string; dropSecondFactor?: boolean }): NewLink | "unknown-person" {
    if (this.isEmpty()) return this.#links.firstRun(true);
    if (of.email === undefined) {
      return this.#links.create({ kind: "invitation", person: this.#clock.id(), role: "admin" });
    }
    const person = this.findByEmail(of.email);
    if (!person) return "unknown-person";
    const { id, role, email } = person;
    const dropSecondFactor = of.dropSecondFactor ?? false;
    return this.#links.create({ kind: "recovery", person: id, role, email, dropSecondFactor });
  }

  /** Makes the account that a link stands for, in one transaction with using the link up. */
  join(secret: string, of: { name: string; email: string; passwordHash: string }): Joined {
    return this.#database.transaction((): Joined => {
      const link = this.#links.find(secret);
      if (!link || link.kind === "recovery") return "link-refused";
      const email = (link.email ?? of.email).toLowerCase();
      if (this.findByEmail(email)) return "email-taken";
      this.#links.take(secret);
      // Whoever comes first, by whatever link, ends the one that was printed for nobody in particular.
      this.#links.endFirstRun();
      this.#insert(link, { ...of, email });
      return { person: link.person, email, role: link.role };
    })();
  }

  #insert(link: Link, of: { name: string; email: string; passwordHash: string }): void {
    const now = toIso(this.#clock.now());
    this.#database
      .query(
        'insert into "user" (id, name, email, emailVerified, createdAt, updatedAt, twoFactorEnabled, role) values (?1, ?2, ?3, 0, ?4, ?4, 0, ?5)',
      )
      .run(link.person, of.name, of.email, now, link.role);
    this.#database
      .query(
        "insert into account (id, accountId, providerId, userId, password, createdAt, updatedAt) values (?1, ?2, 'credential', ?2, ?3, ?4, ?4)",
      )
      .run(this.#clock.id(), link.person, of.passwordHash, now);
  }

  /** A new password by a recovery link: every session ends. */
  recover(secret: string, passwordHash: string): Joined {
    return this.#database.transaction((): Joined => {
      const link = this.#links.find(secret);
      const person = link?.kind === "recovery" ? this.find(link.person) : undefined;
      if (!link || !person) return "link-refused";
      this.#links.take(secret);
      this.#database
        .query("update account set password = ? where userId = ? and providerId = 'credential'")
        .run(passwordHash, person.id);
      this.#database.query("delete from session where userId = ?").run(person.id);
      if (link.dropSecondFactor) this.#dropSecondFactor(person.id);
      return { person: person.id, email: person.email, role: person.role };
    })();
  }

  #dropSecondFactor(person: string): void {
    this.#database.query('delete from "twoFactor" where userId = ?').run(person);
    this.#database.query("delete from passkey where userId = ?").run(person);
    this.#database.query('update "user" set twoFactorEnabled = 0 where id = ?').run(person);
  }

  setRole(id: string, role: Role): "done" | "unchanged" | "unknown-person" | "last-admin" {
    const person = this.find(id);
    if (!person) return "unknown-person";
    if (person.role === role) return "unchanged";
    if (this.#isLastAdmin(person)) return "last-admin";
    this.#database.query('update "user" set role = ? where id = ?').run(role, id);
    return "done";
  }

  remove(id: string): "done" | "unknown-person" | "last-admin" {
    const person = this.find(id);
    if (!person) return this.#links.withdraw(id) ? "done" : "unknown-person";
    if (this.#isLastAdmin(person)) return "last-admin";
    this.#database.transaction(() => {
      this.#links.withdraw(id);
      this.#tokens.revokeAllOf(id);
      this.#database.query('delete from "user" where id = ?').run(id);
    })();
    // Deleted rows are overwritten with zeros, yet the write-ahead log would still hold them.
    this.#database.run("pragma wal_checkpoint(truncate)");
    return "done";
  }

  #isLastAdmin({ role }: Person): boolean {
    const admins = this.#database
      .query<{ n: number }, []>(`select count(*) as n from "user" where role = 'admin'`)
      .get();
    return role === "admin" && (admins?.n ?? 0) <= 1;
  }

  /** How a session began: a passkey stands for both factors. */
  noteSession(id: string, via: "password" | "passkey"): void {
    this.#database.query("update session set via = ? where id = ?").run(via, id);
  }

  noteSignIn(person: string): void {
    this.#database
      .query('update "user" set lastSignInAt = ? where id = ?')
      .run(this.#clock.now(), person);
  }

  endSession(id: string): "done" | "unknown-session" {
    const { changes } = this.#database.query("delete from session where id = ?").run(id);
    return changes > 0 ? "done" : "unknown-session";
  }

  secondFactorRequired(): boolean {
    const row = this.#database
      .query<{ value: string }, []>(
        "select value from setting where name = 'second-factor-required'",
      )
      .get();
    return row?.value === "yes";
  }

  requireSecondFactor(required: boolean): void {
    this.#database
      .query("insert or replace into setting (name, value) values ('second-factor-required', ?)")
      .run(required ? "yes" : "no");
  }
}

export type Joined = { person: string; email: string; role: Role } | "link-refused" | "email-taken";
