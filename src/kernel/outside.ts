import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import type { Net } from "./manifest/effects.ts";

/** The address leads into somebody's own network. */
export class NotOutside extends Error {
  override readonly name = "NotOutside";
}

const closed = new BlockList();
for (const [network, bits] of [
  ...([
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
  ] as const),
  ...([
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
  ] as const),
  ...([
    ["192.88.99.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
  ] as const),
  ...([
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 4],
    ["240.0.0.0", 4],
  ] as const),
] as const)
  closed.addSubnet(network, bits, "ipv4");
// Within what is routed at all: documentation, and tunnels that lead to IPv4 addresses.
for (const [network, bits] of [
  ["2001::", 32],
  ["2001:db8::", 32],
  ["2002::", 16],
] as const)
  closed.addSubnet(network, bits, "ipv6");
const routed = new BlockList();
routed.addSubnet("2000::", 3, "ipv6");

/** An address of the internet that everybody sees (IANA special-purpose registries). */
export function isOutside(address: string): boolean {
  const kind = isIP(address);
  if (kind === 4) return !closed.check(address, "ipv4");
  return kind === 6 && routed.check(address, "ipv6") && !closed.check(address, "ipv6");
}

type Ask = (url: string, init?: RequestInit) => Promise<Response>;
export type Resolve = (host: string) => Promise<readonly string[]>;
const resolveHere: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * Asks only what lies outside: the name is resolved once, each of its addresses is looked at, and one of them is asked, so that
 * a name cannot lead elsewhere the second time (DNS rebinding). Redirects are the caller's to refuse. Throws NotOutside.
 */
export const askOutside =
  (net: Pick<Net, "fetch">, resolve: Resolve = resolveHere): Ask =>
  async (url, init = {}) => {
    const to = new URL(url);
    const host = to.hostname.replaceAll(/^\[|\]$/g, "");
    const addresses = isIP(host) === 0 ? await resolve(host) : [host];
    const [first] = addresses;
    if (first === undefined || !addresses.every(isOutside))
      throw new NotOutside(`${to.hostname} is not an address of the public internet`);
    const { host: named } = to;
    to.hostname = first.includes(":") ? `[${first}]` : first;
    const headers = { ...(init.headers as Record<string, string> | undefined), host: named };
    // The certificate must be of the name, not of the address that it led to.
    const tls = { serverName: host };
    return await net.fetch(to.href, { ...init, headers, redirect: "manual", tls } as RequestInit);
  };
