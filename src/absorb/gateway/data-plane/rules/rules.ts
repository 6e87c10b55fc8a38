import { textOf } from "../bytes.ts";
import type { Asked as CacheAsked } from "../cache/asked.ts";
import type { Exchange } from "../exchange.ts";
import { field } from "../field.ts";
import { allValues } from "../forwarding.ts";
import { type Refusal, redirected, signInBusy, signInNeeded, strangers } from "../refusal.ts";
import type { RequestHead } from "../request-head.ts";
import { plainHost } from "../route-table.ts";
import type { GatewaySnapshot, Route } from "../snapshot.ts";
import type { Sum } from "../tallies.ts";
import { TrustedProxies } from "../trusted.ts";
import type { Visitor } from "../visitor.ts";
import { BasicAuth } from "./basic-auth.ts";
import { type FieldChanges, fieldChanges } from "./fields.ts";

type Asked = { visitor: Visitor; head: RequestHead; bytes: Buffer };
type Tls = GatewaySnapshot["tls"];
type Of = { route: Route; tls: Tls; classes: readonly Sum[] };

const httpsPort = 443;

/** What a route asks besides a service, made ready. */
export class Rules {
  readonly request: FieldChanges | undefined;
  readonly #plain: FieldChanges | undefined;
  readonly #secure: FieldChanges | undefined;
  readonly #allowed: TrustedProxies | undefined;
  readonly #canonicalHost: string | undefined;
  readonly #redirect: Route["rules"]["redirect"];
  readonly #httpsPort: number | undefined;
  readonly #auth: BasicAuth | undefined;
  readonly #classes: readonly Sum[];

  constructor({ route: { rules }, tls, classes }: Of) {
    const remove = [...rules.request.remove, ...(rules.basicAuth ? ["Authorization"] : [])];
    this.request = fieldChanges({ ...rules.request, remove });
    const hsts =
      tls.hstsSeconds > 0 ? { "Strict-Transport-Security": `max-age=${tls.hstsSeconds}` } : {};
    this.#plain = fieldChanges(rules.response);
    this.#secure = fieldChanges({
      ...rules.response,
      byDefault: { ...hsts, ...rules.response.byDefault },
    });
    this.#allowed = rules.allow.length > 0 ? new TrustedProxies(rules.allow) : undefined;
    this.#canonicalHost = rules.canonicalHost;
    this.#redirect = rules.redirect;
    this.#httpsPort = tls.redirectPort;
    this.#auth = rules.basicAuth && new BasicAuth(rules.basicAuth);
    this.#classes = classes;
  }

  /** What is written into the head of a response to this visitor. */
  responseFor({ origin }: Pick<Visitor, "origin">): FieldChanges | undefined {
    return origin.proto === "https" ? this.#secure : this.#plain;
  }

  /** Who may not come in, and who is sent elsewhere. */
  check(visitor: Visitor, head: RequestHead, bytes: Buffer): Refusal | undefined {
    const asked = { visitor, head, bytes };
    const refused = this.#elsewhere(asked) ?? this.#stranger(asked);
    if (refused !== undefined) this.#classes[Math.floor(refused.status / 100)]?.add();
    return refused;
  }

  #stranger({ visitor, head, bytes }: Asked): Refusal | undefined {
    if (this.#allowed === undefined) return undefined;
    return this.#allowed.has(visitor.addressOf(head, bytes)) ? undefined : strangers;
  }

  #elsewhere({ visitor, head, bytes }: Asked): Refusal | undefined {
    const host = head.hasHost ? textOf(bytes, head.hostStart, head.hostEnd) : undefined;
    const proto = protoOf({ visitor, head, bytes });
    if (this.#httpsPort !== undefined && proto === "http" && host !== undefined) {
      const port = this.#httpsPort === httpsPort ? "" : `:${this.#httpsPort}`;
      const name = this.#canonicalHost ?? plainHost(host);
      return redirected("https", 308, `https://${name}${port}${pathOf(head, bytes)}`);
    }
    if (this.#redirect !== undefined) {
      const { to, status } = this.#redirect;
      return redirected(
        "configured",
        status,
        to.replaceAll("{path}", () => pathOf(head, bytes)),
      );
    }
    if (this.#canonicalHost === undefined || host === undefined) return undefined;
    if (plainHost(host) === this.#canonicalHost) return undefined;
    const port = /:\d+$/.exec(host)?.[0] ?? "";
    const to = `${proto}://${this.#canonicalHost}${port}${pathOf(head, bytes)}`;
    return redirected("canonical-host", 308, to);
  }

  /** Must visitors say who they are before anything is shown? */
  get asksWho(): boolean {
    return this.#auth !== undefined;
  }

  /** Lets the exchange go on once it is known who asks; at once where nobody has to say so. */
  admit(exchange: Exchange): void {
    const auth = this.#auth;
    if (auth === undefined) return goOn(exchange);
    const given = allValues(exchange.head, exchange.bytes, field.authorization);
    const said = auth.check(given.length === 1 ? given[0] : undefined);
    const decide = (mayPass: boolean): void => {
      if (exchange.client.exchange !== exchange) return; // They left meanwhile.
      if (mayPass) goOn(exchange);
      else exchange.refuse(signInNeeded(auth.challenge));
    };
    if (said === "busy") exchange.refuse(signInBusy);
    else if (typeof said === "boolean") decide(said);
    else void said.then(decide);
  }
}

/** Is a kept answer enough? Never before it is known who asks. */
export function servesKept(asked: CacheAsked): boolean {
  const { lane, head, bytes } = asked;
  const { cache, freeze, rooms } = asked.client.plane;
  if (cache === undefined || lane.rules?.asksWho === true) return false;
  if (rooms?.comesFirst(head, bytes) === true) return false;
  return freeze?.isFrozen(lane.service.id) !== true && cache.serves(asked);
}

/** The way of every request that nobody refused. */
export function enter(exchange: Exchange): void {
  const { rules } = exchange.lane;
  if (rules === undefined) goOn(exchange);
  else rules.admit(exchange);
}

function goOn(exchange: Exchange): void {
  const { freeze } = exchange.plane;
  if (freeze?.takes(exchange) === true) return;
  if (exchange.lane.service.barrier?.takes(exchange, queueUp) !== true) queueUp(exchange);
}

function queueUp(exchange: Exchange): void {
  if (exchange.plane.rooms?.holds(exchange, askOrigin) !== true) askOrigin(exchange);
}

function askOrigin(exchange: Exchange): void {
  if (exchange.plane.cache?.takes(exchange) !== true) exchange.dispatch();
}

/** None where the route asks for nothing, so that nothing is looked at there. */
export function rulesOf(of: Of): Rules | undefined {
  const { rules } = of.route;
  const asksNothing =
    of.tls.redirectPort === undefined &&
    of.tls.hstsSeconds === 0 &&
    rules.allow.length === 0 &&
    rules.canonicalHost === undefined &&
    rules.redirect === undefined &&
    rules.basicAuth === undefined &&
    fieldChanges(rules.request) === undefined &&
    fieldChanges(rules.response) === undefined;
  return asksNothing ? undefined : new Rules(of);
}

/** How the visitor came; behind a trusted proxy, by its word. */
export function protoOf({
  visitor,
  head,
  bytes,
}: {
  visitor: Pick<Visitor, "origin">;
  head: RequestHead;
  bytes: Buffer;
}): string {
  const { origin } = visitor;
  const said = origin.isTrusted ? head.valueOf(field.forwardedProto, bytes) : undefined;
  return said?.toLowerCase() === "https" ? "https" : origin.proto;
}

function pathOf(head: RequestHead, bytes: Buffer): string {
  const path = textOf(bytes, head.pathStart, head.targetEnd);
  if (path.startsWith("/")) return path;
  return path === "*" ? "/" : `/${path}`;
}
