import type { Configuration, GatewayRoutes, Sessions } from "../../src/console/live/shapes.ts";

type FakePerson = {
  id: string;
  name: string;
  email: string;
  role: string;
  joinedAt: number;
  lastSignInAt: number;
  totp: boolean;
  passkeyCount: number;
};
type FakeToken = {
  id: string;
  name: string;
  role: string;
  createdAt: number;
  createdBy: { kind: string; id: string; name: string };
  expiresAt?: number;
  lastUsedAt?: number;
};

/** People and tokens that forget everything when the process ends. */
export class FakeAccounts {
  signedIn: boolean;
  readonly people: FakePerson[];
  tokens: FakeToken[];

  constructor(signedIn: boolean) {
    this.signedIn = signedIn;
    const day = 86_400_000;
    const now = Date.now();
    this.people = [
      {
        id: "p-ada",
        name: "Ada Moreau",
        email: "ada@example.org",
        role: "admin",
        joinedAt: now - 90 * day,
        lastSignInAt: now - 3_600_000,
        totp: true,
        passkeyCount: 2,
      },
      {
        id: "p-jo",
        name: "Jo Lindqvist",
        email: "jo@example.org",
        role: "operator",
        joinedAt: now - 40 * day,
        lastSignInAt: now - 5 * day,
        totp: true,
        passkeyCount: 0,
      },
      {
        id: "p-sam",
        name: "Sam Okafor",
        email: "sam@example.org",
        role: "responder",
        joinedAt: now - 12 * day,
        lastSignInAt: now - 2 * day,
        totp: false,
        passkeyCount: 1,
      },
    ];
    const ada = { kind: "person" as const, id: "p-ada", name: "Ada Moreau" };
    this.tokens = [
      {
        id: "t-1",
        name: "deploy from CI",
        role: "operator",
        createdAt: now - 12 * day,
        createdBy: ada,
        lastUsedAt: now - 840_000,
        expiresAt: now + 78 * day,
      },
      {
        id: "t-2",
        name: "wall display",
        role: "viewer",
        createdAt: now - 30 * day,
        createdBy: ada,
      },
    ];
  }
}

const value = (path: string, of: unknown, origin = "default") => ({
  path,
  value: of,
  origin,
  secret: false,
});

export const fakeConfig: Configuration = {
  file: "castor.yaml",
  appliedAt: Date.now() - 252 * 60_000,
  values: [
    value("gateway.listen", "0.0.0.0:8080", "castor.yaml:3:11"),
    value("gateway.workers", 2),
    value("gateway.bodyBytesMax", 104_857_600),
    value("gateway.upstreamTimeout", "30s", "castor.yaml:7:20"),
    value("catalog.services.shop.run", "bun shop.ts", "castor.yaml:12:10"),
    value("catalog.services.shop.instances", 3, "castor.yaml:13:16"),
    value("catalog.services.shop.health.http", "/health", "castor.yaml:15:13"),
    value("catalog.services.search.url", "http://127.0.0.1:41027", "CASTOR_SEARCH_URL"),
    {
      path: "catalog.services.shop.env.STRIPE_KEY",
      value: "•••",
      origin: "STRIPE_KEY",
      secret: true,
    },
    value("people.secondFactor", "optional"),
  ],
  refused: {
    at: Date.now() - 26 * 60_000,
    mistakes: [
      {
        file: "castor.yaml",
        line: 13,
        column: 16,
        path: "catalog.services.shop.instances",
        what: "“many” is not a number",
        fix: "Write how many instances to run, such as 3.",
      },
    ],
  },
};

const route = (id: string, path: string, service: string, requestsPerSecond: number) => ({
  id,
  hosts: ["shop.example.org"],
  path,
  service,
  timeouts: { connectMs: 1_000, answerMs: 30_000 },
  bodyBytesMax: 104_857_600,
  requestsPerSecond,
  atOrigin: requestsPerSecond * 0.042,
  originMs: 42,
});

export const fakeRoutes: GatewayRoutes = {
  listeners: ["http://127.0.0.1:8080"],
  routes: [route("search", "/search", "search", 214), route("shop", "/", "shop", 1_312)],
};

export const fakeSessions: Sessions = {
  sessions: [
    {
      id: "s-1",
      person: "p-ada",
      startedAt: Date.now() - 3_600_000,
      expiresAt: Date.now() + 6 * 86_400_000,
      address: "192.0.2.17",
      userAgent: "Mozilla/5.0 (Macintosh) Firefox/143",
      via: "passkey",
    },
    {
      id: "s-2",
      person: "p-ada",
      startedAt: Date.now() - 86_400_000,
      expiresAt: Date.now() + 5 * 86_400_000,
      address: "198.51.100.4",
      userAgent: "Mozilla/5.0 (iPhone) Safari/605",
      via: "password",
    },
  ],
};

export const fakeCertificates = (): object => ({
  directory: "https://acme-v02.api.letsencrypt.org/directory",
  certificates: [
    {
      ...{ name: "shop.example", names: ["shop.example", "www.shop.example"], state: "held" },
      ...{ issuer: "R11", expiresAt: Date.now() + 5e9, renewAt: Date.now() + 2e9 },
      ...{ failures: 0, why: null, retryAt: null },
    },
    {
      ...{ name: "new.shop.example", names: ["new.shop.example"], state: "failing" },
      ...{ issuer: null, expiresAt: null, renewAt: null, failures: 2 },
      ...{ why: "connection refused", retryAt: Date.now() + 6e5 },
    },
  ],
});
