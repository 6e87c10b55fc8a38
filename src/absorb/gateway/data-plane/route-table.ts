import { textOf } from "./bytes.ts";
import { obligingPath } from "./path-reading.ts";
import type { GatewaySnapshot, Route } from "./snapshot.ts";

/** A route made ready for comparing with the bytes of a request. */
export type Way<Lane = Route> = {
  lane: Lane;
  hosts: readonly string[];
  prefix: Uint8Array;
  prefixEndsOpen: boolean;
};

/** Host names fold to lower case, without port and without the trailing dot of a full name. */
export function plainHost(host: string): string {
  const lower = host.toLowerCase();
  const end = lower.startsWith("[") ? lower.indexOf("]") + 1 : lower.indexOf(":");
  const name = end > 0 ? lower.slice(0, end) : lower;
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

const serves = (pattern: string, host: string): boolean =>
  pattern.startsWith("*.")
    ? host.length > pattern.length - 1 && host.endsWith(pattern.slice(1))
    : pattern === host;

/** Does the path lie under the prefix? `/api` covers `/api`, `/api/…` and `/api?…`, never `/apis`. */
export function covers(way: Way<unknown>, bytes: Uint8Array, from: number, to: number): boolean {
  const { prefix } = way;
  // `*`, and an absolute form that goes without a path, speak of the whole server.
  if (bytes[from] !== slash) return prefix.length === 1;
  const end = from + prefix.length;
  if (end > to) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[from + i] !== prefix[i]) return false;
  if (way.prefixEndsOpen || end === to) return true;
  const next = bytes[end];
  return next === slash || next === question;
}
const slash = "/".charCodeAt(0);
const question = "?".charCodeAt(0);

/** The first way that a path fits; none when some server reads the path as another way's. */
export function laneOf<Lane>(
  ways: readonly Way<Lane>[],
  bytes: Buffer,
  from: number,
  to: number,
): Lane | undefined {
  const lane = firstThatCovers(ways, bytes, from, to);
  // A single way has no border that a second reading could cross.
  const other = ways.length < 2 ? undefined : obligingPath(bytes, from, to);
  if (other === undefined) return lane;
  return firstThatCovers(ways, other, 0, other.length) === lane ? lane : undefined;
}

function firstThatCovers<Lane>(
  ways: readonly Way<Lane>[],
  bytes: Uint8Array,
  from: number,
  to: number,
): Lane | undefined {
  for (const way of ways) if (covers(way, bytes, from, to)) return way.lane;
  return undefined;
}

/** Which routes a host has, in order. Built once per snapshot, so a request costs one map look-up. */
export class RouteTable<Lane = Route> {
  #ways: readonly Way<Lane>[];
  #byHost = new Map<string, readonly Way<Lane>[]>();
  #lastHost: Buffer = Buffer.alloc(0);
  #lastWays: readonly Way<Lane>[] = [];

  /** `laneOf` says what a look-up answers for a route. */
  constructor(routes: readonly Route[], laneOf: (route: Route) => Lane) {
    this.#ways = routes.map((route) => ({
      lane: laneOf(route),
      hosts: route.hosts.map((host) => (host === "*" ? host : plainHost(host))),
      prefix: Buffer.from(route.pathPrefix, "latin1"),
      prefixEndsOpen: route.pathPrefix.endsWith("/"),
    }));
  }

  /** The same for bytes: most requests name the host that the one before them named, which needs no text. */
  ofHostBytes(bytes: Buffer, from: number, to: number): readonly Way<Lane>[] {
    const last = this.#lastHost;
    let i = 0;
    if (last.length === to - from) while (i < last.length && bytes[from + i] === last[i]) i++;
    if (i === to - from && i > 0) return this.#lastWays;
    this.#lastWays = this.ofHost(textOf(bytes, from, to));
    this.#lastHost = Buffer.from(bytes.subarray(from, to));
    return this.#lastWays;
  }

  /** The routes of a Host header's value as it came, in order. */
  ofHost(hostHeader: string): readonly Way<Lane>[] {
    const found = this.#byHost.get(hostHeader);
    if (found !== undefined) return found;
    const host = plainHost(hostHeader);
    const ways = this.#ways.filter(
      ({ hosts }) =>
        hosts.length === 0 || hosts.some((pattern) => pattern === "*" || serves(pattern, host)),
    );
    // Visitors choose Host values, so what is remembered of them must stay bounded.
    if (this.#byHost.size >= hostsRememberedMax) this.#byHost.clear();
    this.#byHost.set(hostHeader, ways);
    return ways;
  }

  /** The route that a request would take, for explaining. */
  find(host: string, target: string): Lane | undefined {
    const bytes = Buffer.from(target, "latin1");
    return laneOf(this.ofHost(host), bytes, 0, bytes.length);
  }
}
const hostsRememberedMax = 4_096;

/** Prepares a snapshot's routes for look-up. */
export const compile = ({ routes }: GatewaySnapshot): RouteTable =>
  new RouteTable(routes, (route) => route);
