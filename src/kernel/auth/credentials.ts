import type { Database } from "bun:sqlite";
import { createHmac, timingSafeEqual } from "node:crypto";
import { sameSecret } from "../signed-text.ts";
import type { Clock } from "../clock/clock.ts";
import { type Actor, type Millis, type Role, roles } from "../contract.ts";
import type { Identity, Token } from "./auth.ts";
import { toMillis } from "./schema.ts";
import type { TokenStore } from "./token-store.ts";

export const sessionCookie = "castor.session_token";
export const challengeCookie = "castor.two_factor";

export type OpenSession = {
  id: string;
  token: string;
  expiresAt: Millis;
  via: "password" | "passkey";
  person: string;
  role: Role;
  totp: boolean;
};

export const weaker = (a: Role, b: Role): Role => (roles.indexOf(a) <= roles.indexOf(b) ? a : b);

/** The value of a cookie that we signed, or nothing when it is missing or forged. */
export function signedCookie(
  cookies: string | null,
  name: string,
  secret: string,
): string | undefined {
  for (const pair of cookies?.split(";") ?? []) {
    const [key, ...rest] = pair.trim().split("=");
    if (key !== name) continue;
    const text = decode(rest.join("="));
    const dot = text.lastIndexOf(".");
    if (dot > 0 && isSigned(text.slice(0, dot), text.slice(dot + 1), secret))
      return text.slice(0, dot);
  }
  return undefined;
}

function isSigned(value: string, signature: string, secret: string): boolean {
  const expected = createHmac("sha256", secret).update(value).digest();
  const given = Buffer.from(signature, "base64");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** Tells who a credential belongs to. Reads people.db on every request: a change of role counts at once. */
export class Credentials {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #tokens: TokenStore;
  readonly #secret: string;
  readonly #localToken: string;

  constructor(of: {
    database: Database;
    clock: Clock;
    tokens: TokenStore;
    secret: string;
    localToken: string;
  }) {
    this.#database = of.database;
    this.#clock = of.clock;
    this.#tokens = of.tokens;
    this.#secret = of.secret;
    this.#localToken = of.localToken;
  }

  /** The session that the request's cookie stands for. */
  session(cookies: string | null): OpenSession | undefined {
    const token = signedCookie(cookies, sessionCookie, this.#secret);
    return token === undefined ? undefined : this.sessionOf(token);
  }

  sessionOf(token: string): OpenSession | undefined {
    const row = this.#database
      .query<
        {
          id: string;
          expiresAt: string;
          via: OpenSession["via"];
          person: string;
          role: Role;
          totp: number | null;
        },
        [string]
      >(
        `select s.id, s.expiresAt, s.via, u.id as person, u.role, u.twoFactorEnabled as totp
         from session s join "user" u on u.id = s.userId where s.token = ?`,
      )
      .get(token);
    if (!row || toMillis(row.expiresAt) <= this.#clock.now()) return undefined;
    return { ...row, token, expiresAt: toMillis(row.expiresAt), totp: row.totp === 1 };
  }

  /** Whose password was right when now a code is asked for. */
  challenged(cookies: string | null): string | undefined {
    const challenge = signedCookie(cookies, challengeCookie, this.#secret);
    if (challenge === undefined) return undefined;
    return this.#database
      .query<{ value: string }, [string]>("select value from verification where identifier = ?")
      .get(challenge)?.value;
  }

  /** Local only from this very machine; a token from anywhere. */
  bearer(secret: string, loopback: boolean): Identity | undefined {
    if (loopback && sameSecret(secret, this.#localToken)) {
      return { actor: localActor, role: "admin", via: "local" };
    }
    const token = this.#tokens.accept(secret);
    const role = token && this.tokenRole(token);
    if (!token || !role) return undefined;
    return {
      actor: { kind: "token", id: token.id, name: token.name },
      role,
      ...(token.scopes ? { scopes: token.scopes } : {}),
      via: "token",
    };
  }

  /** A token never may more than the person who made it may now. */
  tokenRole({ role, createdBy }: Token): Role | undefined {
    if (createdBy.kind !== "person") return role;
    const owner = this.personRole(createdBy.id);
    return owner && weaker(role, owner);
  }

  /** The role that an actor of the log has now. */
  roleOf({ kind, id }: Actor): Role | undefined {
    if (kind === "person") return this.personRole(id);
    if (kind === "system") return "admin";
    const token = this.#tokens.find(id);
    return token && this.tokenRole(token);
  }

  personRole(id: string): Role | undefined {
    return (
      this.#database.query<{ role: Role }, [string]>('select role from "user" where id = ?').get(id)
        ?.role ?? undefined
    );
  }
}

/** Whoever may read the data folder. No user name: the log could not forget it. */
export const localActor: Actor = { kind: "system", id: "local", name: "command line" };
