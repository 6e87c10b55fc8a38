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
    const ada = { kind: "person", id: "p-ada", name: "Ada Moreau" };
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

export const fakeConfig = {
  file: "/srv/shop/castor.yaml",
  appliedAt: Date.now() - 252 * 60_000,
  values: [
    {
      path: "gateway.listen",
      value: "0.0.0.0:8080",
      origin: "castor.yaml:3",
      about: "Where visitors come in.",
    },
    {
      path: "gateway.workers",
      value: 2,
      origin: "default",
      about: "How many gateway processes share the port.",
    },
    {
      path: "gateway.bodyBytesMax",
      value: 104857600,
      origin: "default",
      about: "The largest request body.",
    },
    {
      path: "gateway.upstreamTimeout",
      value: "30s",
      origin: "castor.yaml:7",
      about: "How long an instance may take to begin its answer.",
    },
    {
      path: "catalog.services.shop.run",
      value: "bun shop.ts",
      origin: "castor.yaml:12",
      about: "How an instance is started.",
    },
    {
      path: "catalog.services.shop.instances",
      value: 3,
      origin: "castor.yaml:13",
      about: "How many are kept running.",
    },
    {
      path: "catalog.services.shop.health.http",
      value: "/health",
      origin: "castor.yaml:15",
      about: "The path that must answer 2xx.",
    },
    {
      path: "catalog.services.search.url",
      value: "http://127.0.0.1:41027",
      origin: "CASTOR_SEARCH_URL",
      about: "Where a service runs that Castor does not start.",
    },
    {
      path: "people.secondFactor",
      value: "optional",
      origin: "default",
      about: "Whether everybody needs a second factor.",
    },
    {
      path: "log.retention",
      value: "forever",
      origin: "default",
      about: "How long facts are kept.",
    },
  ],
};

export const fakeRoutes = [
  { id: "shop", host: "shop.example.org", path: "/", service: "shop" },
  { id: "search", host: "shop.example.org", path: "/search", service: "search" },
];
