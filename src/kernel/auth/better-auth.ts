import { Database } from "bun:sqlite";
import type { BetterAuthOptions } from "better-auth";

export const sessionLifeMs = 30 * 24 * 3_600_000;
const sessionFreshMs = 3_600_000;
export const passwordLengthMin = 12;
export const passwordLengthMax = 128;
const challengeLifeMs = 10 * 60_000;

/** What the library is asked with: our own headers only, so that nothing a client invents reaches it. */
export type Ask = {
  method: string;
  path: string;
  query?: string;
  body?: unknown;
  cookie?: string | null;
  origin?: string | null;
  address: string;
  userAgent?: string | null;
};

/** The sign-in library, loaded when somebody first needs it: it costs about 40 MB of memory and 0.2 s. */
export interface Library {
  ask(of: Ask): Promise<Response>;
  close(): void;
}

export const hashPassword = (password: string): Promise<string> =>
  // OWASP's first choice for argon2id; the default of the runtime takes 64 MB per attempt.
  Bun.password.hash(password, { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 });
export const verifyPassword = ({
  hash,
  password,
}: {
  hash: string;
  password: string;
}): Promise<boolean> => Bun.password.verify(password, hash);

const addressHeader = "x-castor-address";
const basePath = "/api/auth";

function optionsOf(database: Database, secret: string): BetterAuthOptions {
  return {
    appName: "Castor",
    basePath,
    baseURL: "http://localhost",
    secret,
    database,
    logger: { disabled: true },
    telemetry: { enabled: false },
    // The door checks origins and counts attempts before the library sees anything, for every path alike.
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: passwordLengthMin,
      maxPasswordLength: passwordLengthMax,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    session: {
      expiresIn: sessionLifeMs / 1000,
      disableSessionRefresh: true,
      freshAge: sessionFreshMs / 1000,
    },
    advanced: {
      cookiePrefix: "castor",
      useSecureCookies: false,
      defaultCookieAttributes: { sameSite: "strict" },
      disableCSRFCheck: true,
      disableOriginCheck: true,
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { validateSchema: false },
    },
  };
}

/** `passkeyHosts`: the names browsers may know this console by; a passkey belongs to one of them. */
export function openLibrary(of: {
  path: string;
  secret: string;
  passkeyHosts: readonly string[];
}): Library {
  let database: Database | undefined;
  const engines = new Map<string, Promise<(request: Request) => Promise<Response>>>();

  const engineFor = (name: string): Promise<(request: Request) => Promise<Response>> => {
    const known = engines.get(name);
    if (known) return known;
    // A connection of its own: the library's waits must not fall into our transactions.
    database ??= openSecondConnection(of.path);
    const made = loadEngine(optionsOf(database, of.secret), name);
    engines.set(name, made);
    return made;
  };

  return {
    ask: async (ask) => {
      const passkey = ask.path.startsWith("/passkey/");
      const host = passkey ? hostOf(ask.origin) : undefined;
      const rpId = host && of.passkeyHosts.includes(host) ? host : "localhost";
      return (await engineFor(passkey ? rpId : ""))(toRequest(ask));
    },
    close: () => database?.close(),
  };
}

function openSecondConnection(path: string): Database {
  const database = new Database(path, { strict: true });
  database.run("pragma busy_timeout = 2000");
  database.run("pragma foreign_keys = on");
  database.run("pragma secure_delete = on");
  return database;
}

/** Without a relying party: passwords and codes. With one: its passkeys, whose code is the larger half. */
async function loadEngine(
  options: BetterAuthOptions,
  relyingParty: string,
): Promise<(request: Request) => Promise<Response>> {
  const { betterAuth } = await import("better-auth");
  const { twoFactor } = await import("better-auth/plugins/two-factor");
  const totp = twoFactor({ issuer: "Castor", twoFactorCookieMaxAge: challengeLifeMs / 1000 });
  if (!relyingParty) return betterAuth({ ...options, plugins: [totp] }).handler;
  const { APIError } = await import("better-auth/api");
  const { passkey } = await import("@better-auth/passkey");
  const passkeys = passkey({
    rpID: relyingParty,
    rpName: "Castor",
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    authentication: {
      // A passkey stands for both factors, so the authenticator must have checked its person.
      afterVerification: ({ verification }) => {
        if (!verification.authenticationInfo.userVerified) throw new APIError("UNAUTHORIZED");
        return Promise.resolve();
      },
    },
  });
  return betterAuth({ ...options, plugins: [totp, passkeys] }).handler;
}

function toRequest(ask: Ask): Request {
  const headers = new Headers({ [addressHeader]: ask.address, "content-type": "application/json" });
  if (ask.cookie) headers.set("cookie", ask.cookie);
  if (ask.origin) headers.set("origin", ask.origin);
  if (ask.userAgent) headers.set("user-agent", ask.userAgent.slice(0, 256));
  return new Request(`http://localhost${basePath}${ask.path}${ask.query ?? ""}`, {
    method: ask.method,
    headers,
    ...(ask.method === "GET" ? {} : { body: JSON.stringify(ask.body ?? {}) }),
  });
}

function hostOf(origin: string | null | undefined): string | undefined {
  if (!origin) return undefined;
  try {
    return new URL(origin).hostname;
  } catch {
    return undefined;
  }
}
