/** The addresses of reverse proxies whose `X-Forwarded-*` headers are believed. */
export type TrustedProxies = readonly string[];

/** What a request says about where it comes from, once proxies are taken into account. */
export type CallerPlace = { address: string; secure: boolean; loopback: boolean };

const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, "");
const isLoopback = (address: string): boolean => address === "::1" || address.startsWith("127.");

/** Behind a trusted proxy the last hop that it added counts, never what the client wrote before it. */
export function placeOf(request: Request, peer: string, trusted: TrustedProxies): CallerPlace {
  const direct = plain(peer);
  const forwarded = trusted.includes(direct);
  const lastHop = request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim();
  const scheme = request.headers.get("x-forwarded-proto")?.split(",").at(-1)?.trim();
  return {
    address: forwarded && lastHop ? plain(lastHop) : direct,
    secure: (forwarded && scheme === "https") || request.url.startsWith("https:"),
    // A proxy on this machine carries strangers: what it forwards never counts as local.
    loopback: isLoopback(direct) && lastHop === undefined,
  };
}

/** What an address is limited by: one IPv6 customer has a whole /64 to choose from. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail = ""] = address.toLowerCase().split("%")[0]?.split("::") ?? [];
  const left = head.split(":").filter(Boolean);
  const right = tail.split(":").filter(Boolean);
  const zeros = address.includes("::") ? Math.max(0, 8 - left.length - right.length) : 0;
  const groups = [...left, ...Array.from({ length: zeros }, () => "0"), ...right];
  return `${groups.slice(0, 4).join(":")}::/64`;
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Did another site's page send this? Browsers say so themselves; a request with cookies that says nothing at all
 * is not believed when it would change something.
 */
export function isCrossSite(request: Request): boolean {
  if (safeMethods.has(request.method)) return false;
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  if (site !== null) return site !== "same-origin" && site !== "none";
  if (origin !== null) return !isSameHost(origin, request);
  return request.headers.has("cookie");
}

function isSameHost(origin: string, request: Request): boolean {
  try {
    return new URL(origin).host === request.headers.get("host")?.toLowerCase();
  } catch {
    return false;
  }
}
