import type { Clock } from "../clock/clock.ts";
import { type Role, roles } from "../contract.ts";
import type { Auth, Identity } from "./auth.ts";
import { Credentials } from "./credentials.ts";
import { FactOutlet } from "./facts.ts";
import { LinkStore } from "./link-store.ts";
import { PeopleStore } from "./people-store.ts";
import { notFound, refusalResponse, signInRequired } from "./problems.ts";
import { openPeopleDatabase, toIso } from "./schema.ts";
import { TokenStore } from "./token-store.ts";

/** A door whose visitors come in by calls instead of HTTP. */
export type TestAuth = Auth & {
  /** Uses a link up: the person who came in, as a fact too. */
  enter(link: string, as: { name: string; email: string }): Promise<string>;
  /** A session of that person. */
  startSession(person: string): string;
};

/**
 * A door without a world, for tests and simulation: `Authorization: Bearer admin` (or another role) is that role, real
 * tokens work, nobody signs in over HTTP.
 */
export function testAuth(of: { clock: Clock; identities?: Record<string, Identity> }): TestAuth {
  const { clock } = of;
  const database = openPeopleDatabase(":memory:");
  const tokens = new TokenStore(database, clock);
  const links = new LinkStore(database, clock, "");
  const people = new PeopleStore({ database, clock, links, tokens });
  const secret = "test";
  const credentials = new Credentials({ database, clock, tokens, secret, localToken: "" });
  const facts = new FactOutlet({ clock, key: secret, note: () => {} });

  const identify = (request: Request): Identity | undefined => {
    const bearer = request.headers.get("authorization")?.replace(/^Bearer /, "");
    if (bearer === undefined) return undefined;
    const given = of.identities?.[bearer];
    if (given) return given;
    const role = roles.find((each) => each === bearer);
    return role ? identityOf(role) : credentials.bearer(bearer, false);
  };
  return {
    identify: (request) => Promise.resolve(identify(request)),
    addressOf: (_request, peer) => peer,
    refuse: () => refusalResponse(signInRequired()),
    handle: () => Promise.resolve(refusalResponse(notFound())),
    roleOf: (actor) => credentials.roleOf(actor),
    people,
    tokens,
    firstRunLink: () => (people.isEmpty() ? links.firstRun(false) : undefined),
    onFact: (hear) => facts.listen(hear),
    close: () => database.close(),
    enter: async (link, as) => {
      const joined = people.join(link, { ...as, passwordHash: "none" });
      if (typeof joined === "string") throw new Error(`The link did not work: ${joined}`);
      await facts.emit({ what: "joined", ...as, ...joined });
      return joined.person;
    },
    startSession: (person) => {
      const id = clock.id();
      const [from, to] = [toIso(clock.now()), toIso(clock.now() + 3_600_000)];
      database
        .query(
          "insert into session (id, token, userId, createdAt, updatedAt, expiresAt) values (?1, ?1, ?2, ?3, ?3, ?4)",
        )
        .run(id, person, from, to);
      return id;
    },
  };
}

const identityOf = (role: Role): Identity => ({
  actor: { kind: "person", id: `test-${role}` },
  role,
  via: "session",
});
