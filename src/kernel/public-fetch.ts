import { BlockList, isIP } from "node:net";
import type { Net } from "./manifest/effects.ts";

/** It was not asked, because its address is this machine's, this network's, or nobody's. */
export class NotPublic extends Error {
  constructor(host: string) {
    super(`${host} is not an address of the public network`);
    this.name = "NotPublic";
  }
}

/** What is not the public network (IANA's registries of special-purpose addresses). */
const special = new BlockList();
for (const [net, bits] of [
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
  special.addSubnet(net, bits, "ipv4");
/** Only what is given out may be public; of that, tunnels that lead to any IPv4 address and documentation are not. */
const global6 = new BlockList();
global6.addSubnet("2000::", 3, "ipv6");
for (const [net, bits] of [
  ...([
    ["2001::", 23],
    ["2001:db8::", 32],
    ["2002::", 16],
    ["3fff::", 20],
  ] as const),
] as const)
  special.addSubnet(net, bits, "ipv6");

export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, "ipv4");
  return family === 6 && global6.check(address, "ipv6") && !special.check(address, "ipv6");
}

type Asking = Pick<Net, "fetch" | "resolve">;
type IsAllowed = (address: string) => boolean;

/**
 * Asks the public network only, and follows no redirect: the name is resolved here, and the address that was looked at is the
 * one that is asked, so that a name cannot lead inside (SSRF, DNS rebinding). Throws `NotPublic`.
 */
export async function askPublic(
  net: Asking,
  url: string,
  init: RequestInit,
  isAllowed: IsAllowed = isPublicAddress,
): Promise<Response> {
  const to = new URL(url);
  mustBePlain(to);
  const host = to.hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(host) > 0 ? [host] : await net.resolve(host);
  // One that leads inside is enough to distrust the name.
  if (addresses.length === 0 || !addresses.every(isAllowed)) throw new NotPublic(host);
  const { tls } = init as { tls?: object };
  const asked = {
    ...init,
    headers: { host: to.host, ...Object.fromEntries(new Headers(init.headers)) },
    redirect: "manual",
    // The certificate must be of the name, not of the address that it led to.
    ...(isIP(host) === 0 ? { tls: { ...tls, serverName: host } } : {}),
  } as RequestInit;
  return await askFirst(net, to, addresses, asked);
}

/** Of several addresses the first where somebody accepts connections; nothing was said to those before. */
async function askFirst(
  net: Pick<Net, "fetch">,
  to: URL,
  [address = "", ...others]: readonly string[],
  init: RequestInit,
): Promise<Response> {
  const pinned = new URL(to);
  pinned.hostname = isIP(address) === 6 ? `[${address}]` : address;
  try {
    return await net.fetch(pinned.href, init);
  } catch (why) {
    const { code } = why as { code?: string };
    if (others.length === 0 || !isRefused.test(code ?? "")) throw why;
    return await askFirst(net, to, others, init);
  }
}
const isRefused = /^(?:ECONNREFUSED|ConnectionRefused|FailedToOpenSocket)$/;

const hopsMax = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/** Fetches what people name as `askPublic` asks, each redirect alike. Throws `NotPublic`. */
export async function fetchPublic(
  net: Asking,
  url: string,
  of: { method?: "GET" | "HEAD"; signal: AbortSignal; isAllowed?: IsAllowed },
): Promise<Response> {
  const { method = "GET", signal, isAllowed } = of;
  const headers = { "user-agent": "castor", accept: "*/*" };
  let at = new URL(url);
  for (let hop = 0; hop <= hopsMax; hop++) {
    const answer = await askPublic(net, at.href, { method, signal, headers }, isAllowed);
    const to = redirects.has(answer.status) ? answer.headers.get("location") : null;
    if (to === null) return answer;
    await answer.body?.cancel();
    at = new URL(to, at);
  }
  throw new Error(`it leads on and on: more than ${hopsMax} redirects`);
}

function mustBePlain({ protocol, host, username, password }: URL): void {
  if (!/^https?:$/.test(protocol) || username !== "" || password !== "")
    throw new Error(`${protocol}//${host} is not asked: plain http or https only`);
}

/** The text of an answer; undefined when it is longer than that, however it is compressed. */
export async function textWithin(answer: Response, bytesMax: number): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += part.byteLength;
    if (bytes > bytesMax) return undefined;
    parts.push(part);
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}
