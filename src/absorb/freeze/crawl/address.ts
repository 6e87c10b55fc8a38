import { type Site } from "../contract.ts";
import { keyOf } from "../kept/contract.ts";

/** A site as it is asked: which hosts are its own, how each is written, and what names a page. */
export type Place = {
  /** By host without port: the host as visitors write it. */
  authorities: ReadonlyMap<string, string>;
  naming: Pick<Site, "dropQuery" | "queryBytesMax">;
};

/** Something on the site: its name in the snapshot and what is asked for. */
export type Address = { key: string; authority: string; target: string };

export const hostOf = (key: string): string => key.slice(0, key.indexOf("/"));
export const targetOf = (key: string): string => key.slice(key.indexOf("/"));

/** undefined when the host is not the site's, or the name is longer than any that is kept. */
export function addressOf(url: URL, { authorities, naming }: Place): Address | undefined {
  const host = url.hostname.toLowerCase().replace(/\.$/, "");
  const authority = authorities.get(host);
  if (authority === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  const key = keyOf({ host, target: url.pathname + url.search }, naming);
  return key === undefined ? undefined : { key, authority, target: targetOf(key) };
}

/** The whole URL of an address; the scheme is of no matter within a site. */
export const urlOf = ({ authority, target }: Pick<Address, "authority" | "target">): string =>
  `http://${authority}${target}`;

/** A reference within a page, resolved; undefined for what is no address (`javascript:`, `mailto:`, `data:`, a mere fragment). */
export function resolved(reference: string, page: string, base = ""): URL | undefined {
  if (/^(#|javascript:|mailto:|tel:|data:|blob:|about:)/i.test(reference.trim())) return undefined;
  const from = base === "" ? page : (URL.parse(base, page)?.href ?? page);
  return URL.parse(reference, from) ?? undefined;
}
