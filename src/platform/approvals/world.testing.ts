import type { Actor, Capability } from "#kernel";
import {
  httpApi,
  testAuth,
  type TestAuth,
  type TestCastor,
  testCastor,
  testPorts,
} from "#kernel/testing";

import { console } from "../console/index.ts";
import { mail } from "../mail/index.ts";
import { people } from "../people/index.ts";
import { privacy } from "../privacy/index.ts";
import { push } from "../push/index.ts";
import { list } from "./contract.ts";
import { approvals } from "./index.ts";

/** Short, as virtual time costs real time where much goes on. */
const waitMs = 5_000;
export const expireMs = 60_000;
export type Person = { id: string; actor: Actor };

/** A Castor with a door and people. */
export type World = AsyncDisposable & {
  castor: TestCastor;
  auth: TestAuth;
  enter(name: string, role?: "admin" | "operator" | "responder" | "viewer"): Promise<Person>;
  /** A token of somebody, as who may use it. */
  token(of: Actor, scopes?: readonly string[]): { secret: string; actor: Actor };
  /** A request over HTTP, as somebody with a session, or with a token's secret. */
  post(verb: string, body: unknown, as: Person | string): Promise<Response>;
  fetch(request: Request): Promise<Response>;
  /** Ends what waits, so that the next one may ask. */
  withdrawAll(): Promise<void>;
  /** Whoever came in is no newcomer any more. */
  settleIn(): Promise<void>;
};

/** `capabilities` besides approvals and what it needs. */
export async function world(capabilities: readonly Capability[]): Promise<World> {
  const ports = testPorts();
  const identities: Parameters<typeof testAuth>[0]["identities"] = {};
  const auth = testAuth({ clock: ports.clock, identities });
  const equipment = { auth, sealer: ports.sealer };
  const given = new Set(capabilities.map(({ id }) => id));
  const own = [approvals, push, mail, console, people, privacy].filter(({ id }) => !given.has(id));
  const castor = await testCastor([...capabilities, ...own], {
    ...{ ports, equipment },
    config: { approvals: { newcomersWait: `${waitMs}ms`, expire: `${expireMs}ms` } },
  });
  const api = httpApi({ castor: castor.castor, auth });
  return {
    castor,
    auth,
    enter: async (name, role = "admin") => {
      const email = `${name}@castor.example`;
      const link = auth.firstRunLink() ?? auth.people.invite({ role, email });
      if (typeof link === "string") throw new Error(link);
      const id = await auth.enter(link.link, { name, email });
      const actor: Actor = { kind: "person", id };
      identities[id] = { actor, role: auth.people.find(id)?.role ?? role, via: "session" };
      return { id, actor };
    },
    token: (by, scopes) => {
      const of = { name: "ci", role: "admin", by, ...(scopes ? { scopes } : {}) } as const;
      const { token, secret } = auth.tokens.create(of);
      return { secret, actor: { kind: "token", id: token.id, name: token.name } };
    },
    post: (verb, body, as) =>
      api(
        new Request(`http://localhost/api/${verb}`, {
          method: "POST",
          body: JSON.stringify(body),
          headers: { authorization: `Bearer ${typeof as === "string" ? as : as.id}` },
        }),
        "127.0.0.1",
      ),
    fetch: (request) => api(request, "127.0.0.1"),
    withdrawAll: async () => {
      const { approvals: open } = await castor.ask(list, { open: true, limit: 500 });
      for (const { approval, by } of open) await castor.act("approvals.withdraw", { approval }, by);
    },
    settleIn: () => castor.advance(waitMs),
    [Symbol.asyncDispose]: () => castor[Symbol.asyncDispose](),
  };
}
