import { Database } from "bun:sqlite";
import { chmodSync } from "node:fs";

/**
 * The tables of people.db. Those of the sign-in library are written out here, so that a start need not load it;
 * a test holds them against what the library asks for. Columns after `-- ours` are unknown to it.
 */
const schema = `
create table if not exists "user" ("id" text not null primary key, "name" text not null, "email" text not null unique,
  "emailVerified" integer not null, "image" text, "createdAt" date not null, "updatedAt" date not null, "twoFactorEnabled" integer,
  -- ours
  "role" text not null default 'viewer', "lastSignInAt" integer);
create table if not exists "session" ("id" text not null primary key, "expiresAt" date not null, "token" text not null unique,
  "createdAt" date not null, "updatedAt" date not null, "ipAddress" text, "userAgent" text,
  "userId" text not null references "user" ("id") on delete cascade,
  -- ours
  "via" text not null default 'password');
create table if not exists "account" ("id" text not null primary key, "accountId" text not null, "providerId" text not null,
  "userId" text not null references "user" ("id") on delete cascade, "accessToken" text, "refreshToken" text, "idToken" text,
  "accessTokenExpiresAt" date, "refreshTokenExpiresAt" date, "scope" text, "password" text, "createdAt" date not null, "updatedAt" date not null);
create table if not exists "verification" ("id" text not null primary key, "identifier" text not null, "value" text not null,
  "expiresAt" date not null, "createdAt" date not null, "updatedAt" date not null);
create table if not exists "twoFactor" ("id" text not null primary key, "secret" text not null, "backupCodes" text not null,
  "userId" text not null references "user" ("id") on delete cascade, "verified" integer, "failedVerificationCount" integer, "lockedUntil" date);
create table if not exists "passkey" ("id" text not null primary key, "name" text, "publicKey" text not null,
  "userId" text not null references "user" ("id") on delete cascade, "credentialID" text not null, "counter" integer not null,
  "deviceType" text not null, "backedUp" integer not null, "transports" text, "createdAt" date, "aaguid" text);
create index if not exists "session_userId_idx" on "session" ("userId");
create index if not exists "account_userId_idx" on "account" ("userId");
create index if not exists "verification_identifier_idx" on "verification" ("identifier");
create index if not exists "twoFactor_secret_idx" on "twoFactor" ("secret");
create index if not exists "twoFactor_userId_idx" on "twoFactor" ("userId");
create index if not exists "passkey_userId_idx" on "passkey" ("userId");
create index if not exists "passkey_credentialID_idx" on "passkey" ("credentialID");

create table if not exists link (hash text primary key, kind text not null, person text not null, role text not null,
  email text, dropSecondFactor integer not null default 0, createdAt integer not null, expiresAt integer not null) strict;
create table if not exists token (id text primary key, hash blob not null unique, name text not null, role text not null, scopes text,
  createdAt integer not null, createdBy text not null, expiresAt integer, lastUsedAt integer) strict;
create table if not exists setting (name text primary key, value text not null) strict;
`;

/** Opens people.db for its owner's eyes only. */
export function openPeopleDatabase(path: string): Database {
  const database = new Database(path, { create: true, strict: true });
  if (path !== ":memory:") chmodSync(path, 0o600);
  database.run("pragma journal_mode = wal");
  database.run("pragma synchronous = full");
  database.run("pragma foreign_keys = on");
  database.run("pragma secure_delete = on");
  database.run("pragma busy_timeout = 2000");
  database.run(schema);
  return database;
}

/** The library stores times as ISO 8601 text. */
export const toMillis = (iso: string): number => Date.parse(iso);
export const toIso = (millis: number): string => new Date(millis).toISOString();
