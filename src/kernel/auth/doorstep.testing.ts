import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { virtualClock, type VirtualClock } from "../clock/virtual.ts";
import type { Auth, AuthFact, NewLink } from "./auth.ts";
import { type AuthOptions, openAuth } from "./open.ts";

export const password = "a long enough password";
export const ana = { name: "Ana", email: "ana@example.org", password };

/** A visitor with a cookie jar, as far as the door can tell a browser. */
export type Visitor = {
  cookies: Map<string, string>;
  get(path: string): Promise<Response>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
};

/** A door behind a real server, for tests: `/whoami` (any method) answers with the identity or the refusal. */
export type Doorstep = Disposable & {
  auth: Auth;
  clock: VirtualClock;
  data: string;
  origin: string;
  facts: AuthFact[];
  visitor(): Visitor;
  /** The first admin, made by the first-run link; signed in. */
  firstAdmin(): Promise<Visitor>;
  join(link: NewLink | string, as: Record<string, string>): Promise<Visitor>;
  /** Makes every session that much older. */
  ageSessions(ms: number): void;
};

export function openDoorstep(of: Partial<AuthOptions> & { data?: string } = {}): Doorstep {
  const data = of.data ?? mkdtempSync(join(tmpdir(), "castor-auth-"));
  // The library reads the machine's time, so the virtual clock starts there and can only run ahead of it.
  const clock = virtualClock({ now: Date.now() });
  const places = { path: join(data, "people.db"), run: join(data, "run") };
  const auth = openAuth({ clock, ...places, note: () => {}, ...of });
  const facts: AuthFact[] = [];
  auth.onFact((fact) => void facts.push(fact));
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request, self) => {
      const address = self.requestIP(request)?.address ?? "";
      if (new URL(request.url).pathname !== "/whoami") return auth.handle(request, address);
      const identity = await auth.identify(request, address);
      return identity ? Response.json(identity) : auth.refuse(request, address);
    },
  });
  const origin = `http://localhost:${server.port}`;
  const visitor = (): Visitor => visitorAt(origin, `http://127.0.0.1:${server.port}`);
  const enter = async (link: NewLink | string, as: Record<string, string>): Promise<Visitor> => {
    const guest = visitor();
    const secret = typeof link === "string" ? link : link.link;
    const answer = await guest.post("/api/auth/link/accept", { link: secret, ...as });
    if (!answer.ok) throw new Error(`The link was refused: ${await answer.text()}`);
    return guest;
  };
  return {
    auth,
    clock,
    data,
    origin,
    facts,
    visitor,
    firstAdmin: () => enter(auth.firstRunLink() ?? "", ana),
    join: enter,
    ageSessions: (ms) => {
      const database = new Database(places.path);
      const at = new Date(Date.now() - ms).toISOString();
      database.query("update session set createdAt = ?").run(at);
      database.close();
    },
    [Symbol.dispose]: () => {
      void server.stop(true);
      auth.close();
      if (of.data === undefined) rmSync(data, { recursive: true, force: true });
    },
  };
}

function visitorAt(origin: string, base: string): Visitor {
  const cookies = new Map<string, string>();
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("host", new URL(origin).host);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookie) headers.set("cookie", cookie);
    const answer = await fetch(`${base}${path}`, { ...init, headers, proxy: "" });
    for (const line of answer.headers.getSetCookie()) keep(cookies, line);
    return answer;
  };
  return {
    cookies,
    get: (path) => ask(path, {}),
    post: (path, body, headers) =>
      ask(path, {
        method: "POST",
        headers: { origin, "content-type": "application/json", ...headers },
        body: JSON.stringify(body ?? {}),
      }),
  };
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
  const name = pair.slice(0, pair.indexOf("="));
  if (attributes.some((each) => /^max-age=0$/i.test(each))) cookies.delete(name);
  else cookies.set(name, pair.slice(name.length + 1));
}

export const problemOf = async (answer: Response): Promise<string> => {
  const { type } = (await answer.json()) as { type: string };
  return `${answer.status} ${type.replace("/problems/", "")}`;
};
