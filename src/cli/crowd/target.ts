import { lookup } from "node:dns/promises";
import type { Address } from "./http/connection.ts";

/** The crowd does not go there. */
export class TargetRefused extends Error {}

/** `addresses` are all that the name has, the likeliest first. */
export type Target = { url: URL; addresses: Address[]; loopback: boolean };
/** Every address of a name. */
export type Resolve = (host: string) => Promise<string[]>;

const systemResolve: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/** Is it this machine, spoken to by itself? */
export const isLoopback = (ip: string): boolean =>
  /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/i.test(ip) || ip === "::1";

function parse(text: string): URL {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  if (!url || !["http:", "https:"].includes(url.protocol)) {
    throw new TargetRefused(
      `${text} is not an http or https address, such as http://localhost:8080`,
    );
  }
  return url;
}

/**
 * Checks where the crowd is sent. Every address of the name must be loopback, unless its owner says so; the address that was
 * checked is the one that is used, so that a name cannot change its mind in between.
 */
export async function chooseTarget(
  text: string,
  ownedByMe: boolean,
  resolve: Resolve = systemResolve,
): Promise<Target> {
  const url = parse(text);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const ips = await resolve(host).catch(() => []);
  if (ips.length === 0) throw new TargetRefused(`${host} has no address`);
  const foreign = ips.filter((ip) => !isLoopback(ip));
  if (foreign.length > 0 && !ownedByMe) {
    const is = foreign.includes(host) ? "is not" : `is ${foreign.join(", ")}, not`;
    throw new TargetRefused(
      `${host} ${is} this machine. A crowd can take a site down: if it is yours, add --i-own-this-target.`,
    );
  }
  const tls = url.protocol === "https:";
  const port = Number(url.port) || (tls ? 443 : 80);
  const loopback = foreign.length === 0;
  // IPv4 is the usual one; a name may also have a server on IPv6 only.
  const inOrder = ips.toSorted((a, b) => Number(a.includes(":")) - Number(b.includes(":")));
  const addresses = inOrder.map((ip) => ({ ip, port, host, tls, verifyTls: !loopback }));
  return { url, loopback, addresses };
}
