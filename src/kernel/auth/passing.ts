import { type Problem } from "../contract.ts";
import type { AuthFact } from "./auth.ts";
import { sessionCookie } from "./credentials.ts";
import type { DoorParts, Knock } from "./knock.ts";
import { type Attempt, charge, refund, waitMsOf } from "./limits.ts";
import { type Pass } from "./passes.ts";
import {
  codeRefused,
  notPossible,
  refusalResponse,
  signInAgain,
  signInRequired,
  tooManyResponse,
  unavailable,
} from "./problems.ts";
import type { UsedCodes } from "./used-codes.ts";
import { jsonResponse, readBody } from "./wire.ts";

/** Each check takes 20 MB and a core for a while: strangers must not be able to take all of them. */
const passwordChecksMax = 16;
const busyWaitMs = 2000;

type Body = Record<string, unknown>;
type Try = { pass: Pass; knock: Knock; body: Body; person: string | undefined };

const textOf = (body: Body, field: string): string => String(body[field] ?? "");

/** Lets one request through to the library: counts the guess, asks, hides what is secret, says what happened. */
export class Passing {
  readonly #parts: DoorParts;
  readonly #usedCodes: UsedCodes;
  #passwordChecks = 0;

  constructor(parts: DoorParts, usedCodes: UsedCodes) {
    this.#parts = parts;
    this.#usedCodes = usedCodes;
  }

  async pass(pass: Pass, knock: Knock): Promise<Response> {
    const person = this.#personAt(pass, knock);
    if (pass.who !== "anyone" && person === undefined) return refusalResponse(signInRequired());
    const body = await readBody(knock.request, pass.body);
    if (body instanceof Response) return body;
    const tried: Try = { pass, knock, body, person };
    const attempt = this.#attemptOf(tried);
    const waitMs = waitMsOf(attempt);
    if (waitMs > 0) {
      await this.#failed(tried, "too-many");
      return tooManyResponse(waitMs);
    }
    // Counted before the answer is known: guesses sent at once must not share one look at the counter.
    charge(attempt);
    if (pass.guards === "code" && !this.#usedCodes.take(person ?? "", textOf(body, "code"))) {
      return refusalResponse(codeRefused("That code was used already; wait for the next one."));
    }
    return pass.guards === "password" ? this.#askInTurn(tried, attempt) : this.#ask(tried, attempt);
  }

  async #askInTurn(tried: Try, attempt: Attempt): Promise<Response> {
    if (this.#passwordChecks >= passwordChecksMax) {
      refund(attempt);
      return tooManyResponse(busyWaitMs);
    }
    this.#passwordChecks++;
    try {
      return await this.#ask(tried, attempt);
    } finally {
      this.#passwordChecks--;
    }
  }

  #personAt({ who }: Pass, { session, cookies }: Knock): string | undefined {
    if (who === "anyone") return undefined;
    if (session) return session.person;
    return who === "challenged" ? this.#parts.credentials.challenged(cookies) : undefined;
  }

  #attemptOf({ pass, knock, body, person }: Try): Attempt {
    const { limits } = this.#parts;
    const { address } = knock.place;
    if (pass.guards === "password") return limits.password(person ?? accountOf(body), address);
    if (pass.guards === "code") return limits.code(person ?? "", address);
    if (pass.guards === "passkey") return limits.network(address);
    return pass.path === "/passkey/generate-authenticate-options" ? limits.challenge(address) : [];
  }

  async #ask(tried: Try, attempt: Attempt): Promise<Response> {
    const { pass, knock, body, person } = tried;
    const answer = await this.#parts.library.ask({
      method: pass.method,
      path: pass.path,
      body,
      cookie: knock.cookies,
      origin: knock.request.headers.get("origin"),
      address: knock.place.address,
      userAgent: knock.request.headers.get("user-agent"),
    });
    const said = (await answer.json().catch(() => ({}))) as Body | null;
    if (!answer.ok) {
      if (pass.guards === "code") this.#usedCodes.forget(person ?? "", textOf(body, "code"));
      return this.#refused(tried, answer.status, said ?? {});
    }
    if (pass.guards) refund(attempt);
    const cookies = answer.headers.getSetCookie();
    await this.#happened(tried, cookies, said ?? {});
    return jsonResponse(reveal(pass, said), { cookies, secure: knock.place.secure });
  }

  async #refused(tried: Try, status: number, said: Body): Promise<Response> {
    const problem = problemOf(tried.pass, status, textOf(said, "code"));
    if (problem === tried.pass.refusal && tried.pass.guards) {
      await this.#failed(tried, tried.pass.guards);
    }
    return problem === undefined ? tooManyResponse(60_000) : refusalResponse(problem());
  }

  async #failed(tried: Try, reason: "password" | "code" | "passkey" | "too-many"): Promise<void> {
    const account = tried.person ?? accountOf(tried.body);
    await this.#parts.facts.emitFailure(account, tried.knock.place.address, reason);
  }

  async #happened(tried: Try, cookies: readonly string[], said: Body): Promise<void> {
    const token = newSessionToken(cookies);
    const now = token === undefined ? undefined : this.#parts.credentials.sessionOf(token);
    if (now) this.#parts.people.noteSession(now.id, viaOf(tried));
    const fact = factOf(tried, now?.person ?? tried.knock.session?.person, said);
    if (!fact) return;
    if (fact.what === "signed-in") this.#parts.people.noteSignIn(fact.person);
    await this.#parts.facts.emit(fact);
  }
}

/** A session that the library renews is as good as the one before. */
const viaOf = ({ pass, knock }: Try): "password" | "passkey" =>
  pass.path === "/passkey/verify-authentication" ? "passkey" : (knock.session?.via ?? "password");

const accountOf = (body: Body): string => textOf(body, "email").trim().toLowerCase();

/** Nothing (`undefined`) when the library itself wants a pause. */
function problemOf(pass: Pass, status: number, code: string): Problem | undefined {
  if (status === 429 || code === "TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE") return undefined;
  if (status >= 500 && code === "") return unavailable;
  if (code === "SESSION_NOT_FRESH") return signInAgain;
  if (code === "TOTP_ALREADY_ENABLED" || code === "TOTP_NOT_ENABLED") return notPossible;
  return pass.refusal;
}

function newSessionToken(cookies: readonly string[]): string | undefined {
  const set = cookies.findLast((cookie) => cookie.startsWith(`${sessionCookie}=`));
  const value = decodeURIComponent(set?.slice(sessionCookie.length + 1).split(";")[0] ?? "");
  return value.slice(0, Math.max(0, value.lastIndexOf("."))) || undefined;
}

function reveal({ path, reveals }: Pass, said: Body | null): unknown {
  if (path === "/passkey/generate-authenticate-options") {
    return { ...said, userVerification: "required" };
  }
  if (reveals === "all") return said;
  const shown = reveals.filter((field) => said?.[field] !== undefined);
  return { ok: true, ...Object.fromEntries(shown.map((field) => [field, said?.[field]])) };
}

function factOf(tried: Try, person: string | undefined, said: Body): AuthFact | undefined {
  const { fact } = tried.pass;
  const { session, place } = tried.knock;
  const at = { session: session !== undefined, totp: session?.totp ?? false, said };
  const happened = typeof fact === "function" ? fact(at) : fact;
  if (!happened || person === undefined) return undefined;
  if (happened.what === "signed-in") return { ...happened, person, address: place.address };
  return { ...happened, person };
}
