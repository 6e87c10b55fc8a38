import { latin1, sameText, textOf } from "../bytes.ts";
import { Ghost } from "../cache/ghost.ts";
import type { Exchange } from "../exchange.ts";
import type { RequestHead } from "../request-head.ts";
import { criticalities, type Criticality } from "./settings.ts";

const rank = Object.fromEntries(criticalities.map((name, at) => [name, at])) as Record<
  Criticality,
  number
>;

const secPurpose = latin1("sec-purpose");
const purpose = latin1("purpose");
const secFetchDest = latin1("sec-fetch-dest");
const userAgent = latin1("user-agent");

/** Fetch standard §2.2.7: what a page can be read without. */
const spareable = new Set([
  ...["image", "font", "audio", "video", "track", "manifest", "object", "embed", "report"],
]);
/** How crawlers name themselves. Programs that call an API are no crawlers, and a Cubot is a telephone. */
const crawls = /(?<!cu)bot\b|crawl|spider|slurp|scrapy|archiver|facebookexternalhit/i;

/** How important a request is, as an index of `criticalities`. Looked at only where somebody must wait or go. */
export function rankOf(exchange: Exchange): number {
  const { route, gate } = exchange.lane;
  const { client, head, bytes } = exchange;
  if (client instanceof Ghost && client.isInBackground) return rank.sheddable;
  const asked = route.criticality === undefined ? derived(head, bytes) : rank[route.criticality];
  const isMarked = gate?.isMarked({ visitor: client.visitor, head, bytes }) === true;
  const found = isMarked ? rank.bot : asked;
  // A crawler may have asked first for what people wait for by now.
  const isForMany = client instanceof Ghost && client.isForMany;
  return isForMany && found === rank.bot ? rank.normal : found;
}

/** What a request says about itself: prefetches and decoration can be spared, crawlers come last. */
function derived(head: RequestHead, bytes: Buffer): number {
  let found = rank.normal;
  for (let index = 0; index < head.count; index++) {
    const from = head.lineStart(index);
    const to = head.nameEnd(index);
    const value = (): string => textOf(bytes, head.valueStart(index), head.valueEnd(index));
    if (sameText(bytes, from, to, userAgent)) {
      if (crawls.test(value())) return rank.bot;
    } else if (sameText(bytes, from, to, secFetchDest)) {
      if (spareable.has(value())) found = rank.sheddable;
    } else if (sameText(bytes, from, to, secPurpose) || sameText(bytes, from, to, purpose)) {
      if (value().includes("prefetch")) found = rank.sheddable;
    }
  }
  return found;
}
