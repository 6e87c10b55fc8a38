import type { Actor, Millis, Role } from "../contract.ts";

/** Who asks, and how that is known. A person's actor carries no name: the log must be able to forget it. */
export type Identity = {
  actor: Actor;
  role: Role;
  /** What a token may do, as `catalog.*` or `catalog.restart`; all that its role may when absent. */
  scopes?: readonly string[];
  via: "session" | "token" | "local";
};

/** The door of the control plane: it knows callers, signs people in, and keeps people and tokens. */
export interface Auth {
  /** Nobody (`undefined`) when the credential is missing, wrong, expired, cross-site or lacks a required second factor. */
  identify(request: Request, address: string): Promise<Identity | undefined>;
  /** Where a request comes from, believing the proxies that the configuration trusts. */
  addressOf(request: Request, peer: string): string;
  /** The answer to a request that `identify` did not know: problem+json 401, 403 (cross-site, second factor) or 429. */
  refuse(request: Request, address: string): Response;
  /** Everything under `/api/auth/`. */
  handle(request: Request, address: string): Promise<Response>;
  /** The role an actor has now; nobody's when it was removed or revoked. */
  roleOf(actor: Actor): Role | undefined;
  readonly people: People;
  readonly tokens: Tokens;
  /** The way in while nobody has an account: the same link until it is used or expires, also over restarts. */
  firstRunLink(): NewLink | undefined;
  /** Hears what happens at the door. Facts from before the first listener wait for it. Returns how to stop. */
  onFact(hear: (fact: AuthFact) => void | Promise<void>): () => void;
  close(): void;
}

/** What happens at the door. Addresses of failures are hashed with a key that never leaves the data folder. */
export type AuthFact =
  | { what: "joined"; person: string; name: string; email: string; role: Role }
  | { what: "signed-in"; person: string; via: SignInVia; address: string }
  | { what: "signed-out"; person: string }
  | { what: "sign-in-failed"; account: string; from: string; reason: FailureReason; count: number }
  | { what: "second-factor-enabled"; person: string; kind: "totp" | "passkey" }
  | { what: "second-factor-disabled"; person: string; kind: "totp" | "passkey" }
  | { what: "password-changed"; person: string };
export type SignInVia = "password" | "totp" | "backup-code" | "passkey" | "link";
export type FailureReason = "password" | "code" | "passkey" | "link" | "too-many";

export type Person = {
  id: string;
  name: string;
  email: string;
  role: Role;
  joinedAt: Millis;
  lastSignInAt?: Millis;
  totp: boolean;
  passkeyCount: number;
};
export type Invitation = { person: string; email?: string; role: Role; expiresAt: Millis };
export type Session = {
  id: string;
  person: string;
  startedAt: Millis;
  expiresAt: Millis;
  address: string;
  userAgent: string;
  via: "password" | "passkey";
};

/** A single-use link: `path` belongs behind the console's origin; the secret is in the fragment, so no server logs it. */
export type NewLink = {
  kind: "first-run" | "invitation" | "recovery";
  person: string;
  link: string;
  path: string;
  expiresAt: Millis;
};

export interface People {
  list(): Person[];
  find(id: string): Person | undefined;
  invitations(): Invitation[];
  sessions(person?: string): Session[];
  invite(of: { role: Role; email?: string }): NewLink | "email-taken";
  /** First-run while there is nobody; recovery for that e-mail; else an invitation as admin. */
  signInLink(of: { email?: string; dropSecondFactor?: boolean }): NewLink | "unknown-person";
  /** Effective with the very next request. */
  setRole(id: string, role: Role): "done" | "unchanged" | "unknown-person" | "last-admin";
  /** Ends the sessions and revokes the tokens of that person too; withdraws it when it is an open invitation. */
  remove(id: string): "done" | "unknown-person" | "last-admin";
  endSession(id: string): "done" | "unknown-session";
  secondFactorRequired(): boolean;
  requireSecondFactor(required: boolean): void;
}

export type Token = {
  id: string;
  name: string;
  role: Role;
  scopes?: readonly string[];
  createdAt: Millis;
  createdBy: Actor;
  expiresAt?: Millis;
  lastUsedAt?: Millis;
};

export interface Tokens {
  /** Never revoked ones only; expired ones stay in the list until they are revoked. */
  list(): Token[];
  find(id: string): Token | undefined;
  /** The secret is given here and never again. */
  create(of: {
    name: string;
    role: Role;
    scopes?: readonly string[];
    expiresAt?: Millis;
    by: Actor;
  }): { token: Token; secret: string };
  revoke(id: string): "done" | "unknown-token";
}
