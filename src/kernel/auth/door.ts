import type { Identity } from "./auth.ts";
import { isCrossSite, placeOf, type TrustedProxies } from "./caller.ts";
import type { OpenSession } from "./credentials.ts";
import { Entrance } from "./entrance.ts";
import type { DoorParts, Knock } from "./knock.ts";
import { charge, waitMsOf } from "./limits.ts";
import { passes } from "./passes.ts";
import { Passing } from "./passing.ts";
import {
  crossSite,
  notFound,
  refusalResponse,
  secondFactorRequired,
  signInRequired,
  tooManyResponse,
  unavailable,
} from "./problems.ts";
import { UsedCodes } from "./used-codes.ts";
import { jsonResponse } from "./wire.ts";

const basePath = "/api/auth";
const sweepEveryMs = 600_000;
const bearerPattern = /^Bearer +(\S+)$/i;

/** Everything that reaches the door over HTTP: who is it, and the journeys of signing in. */
export class Door {
  readonly #parts: DoorParts;
  readonly #trusted: TrustedProxies;
  readonly #passing: Passing;
  readonly #entrance: Entrance;
  #sweptAt = 0;

  constructor(parts: DoorParts, trusted: TrustedProxies) {
    this.#parts = parts;
    this.#trusted = trusted;
    this.#passing = new Passing(parts, new UsedCodes(parts.clock));
    this.#entrance = new Entrance(parts);
  }

  /** A credential that is shown must be right: a wrong token is not saved by a good cookie. */
  identify(request: Request, peer: string): Identity | undefined {
    const authorization = request.headers.get("authorization");
    if (authorization !== null) {
      const secret = bearerPattern.exec(authorization)?.[1];
      const place = placeOf(request, peer, this.#trusted);
      const known = secret && this.#parts.credentials.bearer(secret, place.loopback);
      if (!known) charge(this.#parts.limits.token(place.address));
      return known || undefined;
    }
    const session = this.#parts.credentials.session(request.headers.get("cookie"));
    if (!session || isCrossSite(request) || this.#lacksFactor(session)) return undefined;
    return { actor: { kind: "person", id: session.person }, role: session.role, via: "session" };
  }

  addressOf(request: Request, peer: string): string {
    return placeOf(request, peer, this.#trusted).address;
  }

  refuse(request: Request, peer: string): Response {
    if (request.headers.has("authorization")) {
      const place = placeOf(request, peer, this.#trusted);
      const waitMs = waitMsOf(this.#parts.limits.token(place.address));
      if (waitMs > 0) return tooManyResponse(waitMs);
      return refusalResponse(signInRequired("This token is not valid."), challenge);
    }
    const session = this.#parts.credentials.session(request.headers.get("cookie"));
    if (session && isCrossSite(request)) return refusalResponse(crossSite());
    if (session) return refusalResponse(secondFactorRequired("Set up a second factor first."));
    return refusalResponse(signInRequired(), challenge);
  }

  async handle(request: Request, peer: string): Promise<Response> {
    if (isCrossSite(request)) return refusalResponse(crossSite());
    const path = new URL(request.url, "http://localhost").pathname.slice(basePath.length);
    try {
      this.#sweep();
      const place = placeOf(request, peer, this.#trusted);
      const cookies = request.headers.get("cookie");
      const session = this.#parts.credentials.session(cookies);
      return await this.#answer({ request, place, path, cookies, session });
    } catch (error) {
      this.#parts.note(`The door failed at ${request.method} ${path}: ${String(error)}`);
      return refusalResponse(unavailable());
    }
  }

  #answer(knock: Knock): Promise<Response> | Response {
    const route = `${knock.request.method} ${knock.path}`;
    if (route === "GET /session") return this.#whoAmI(knock);
    if (route === "GET /sessions") return this.#ownSessions(knock);
    if (route === "POST /link/check") return this.#entrance.check(knock);
    if (route === "POST /link/accept") return this.#entrance.accept(knock);
    const pass = passes.get(route);
    return pass ? this.#passing.pass(pass, knock) : refusalResponse(notFound());
  }

  /** `GET /api/auth/session`: 200 also for strangers, so that the console's first question is no error. */
  #whoAmI({ session }: Knock): Response {
    const { people } = this.#parts;
    const person = session && people.find(session.person);
    if (!session || !person) return jsonResponse({ signedIn: false, firstRun: people.isEmpty() });
    const { id, expiresAt, via } = session;
    const mustEnrol = this.#lacksFactor(session);
    return jsonResponse({ signedIn: true, person, session: { id, expiresAt, via }, mustEnrol });
  }

  /** `GET /api/auth/sessions`: where else one is signed in. */
  #ownSessions({ session }: Knock): Response {
    if (!session) return refusalResponse(signInRequired());
    const own = this.#parts.people.sessions(session.person);
    const sessions = own.map((each) => ({ ...each, current: each.id === session.id }));
    return jsonResponse({ sessions });
  }

  #lacksFactor(session: OpenSession): boolean {
    if (session.totp || session.via === "passkey") return false;
    return this.#parts.people.secondFactorRequired();
  }

  /** Drops what expired. */
  #sweep(): void {
    const now = this.#parts.clock.now();
    if (now - this.#sweptAt < sweepEveryMs) return;
    this.#sweptAt = now;
    const iso = new Date(now).toISOString();
    this.#parts.database.query("delete from session where expiresAt <= ?").run(iso);
    this.#parts.database.query("delete from verification where expiresAt <= ?").run(iso);
  }
}

const challenge = { "www-authenticate": 'Bearer realm="castor"' };
