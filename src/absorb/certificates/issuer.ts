import type { Net } from "#kernel";

/** What an authority signed: chain and key (PEM). */
export type Signed = { chain: string; key: string };
/** What it is told, once per account. */
export type Account = {
  directory: string;
  email: string | undefined;
  /** The account's key (PEM). */
  key: string;
  /** Where the authority keeps the account; undefined before it was opened. */
  url: string | undefined;
  /** The certificate (PEM) that the authority itself is trusted by; the machine's list when absent. */
  trust: string | undefined;
};
/** What the authority will ask for at `/.well-known/acme-challenge/<token>`. */
export type Proof = { token: string; text: string };

/** Somebody who signs certificates. */
export type Issuer = {
  newKey(): Promise<string>;
  /** `show` resolves once every worker would answer; `issue` throws `NotIssued` where the authority says no. */
  issue(of: {
    account: Account;
    names: readonly string[];
    net: Net;
    /** The authority has opened the account, or knows it no more (undefined). */
    onAccount(url: string | undefined): void;
    show(proof: Proof): Promise<void>;
  }): Promise<Signed>;
  read(
    chain: string,
  ): Promise<{ names: string[]; issuer: string; startsAt: number; expiresAt: number }>;
};

/** The authority said no. */
export class NotIssued extends Error {
  readonly isRateLimited: boolean;
  readonly retryAfterMs: number | undefined;
  constructor(why: string, of: { isRateLimited?: boolean; retryAfterMs?: number } = {}) {
    super(why);
    this.isRateLimited = of.isRateLimited === true;
    this.retryAfterMs = of.retryAfterMs;
  }
}

/** Files that only Castor's user may read, given to Castor as equipment. */
export type Safe = {
  read(file: string): string | undefined;
  /** All of it or nothing of it, also when power fails meanwhile. */
  write(file: string, text: string): void;
  pathOf(file: string): string;
};
/** Equipment `certificates`. */
export type Equipment = { safe: Safe; issuer: Issuer; readTrust(path: string): string };
