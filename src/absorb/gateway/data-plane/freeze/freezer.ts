import type { Picture, Site, WorkerVisits } from "../../../freeze/contract.ts";
import { keyOf } from "../../../freeze/kept/contract.ts";
import { textOf } from "../bytes.ts";
import type { Exchange } from "../exchange.ts";
import type { Head } from "../head.ts";
import type { RequestHead } from "../request-head.ts";
import type { ResponseHead } from "../response-head.ts";
import { plainHost } from "../route-table.ts";
import type { FrozenSite } from "./frozen-site.ts";
import { Visits } from "./visits.ts";

const hostsMax = 100;
const lettersToldMax = 1_000_000;
/** What takes snapshots is no visitor. */
export const crawlerName = "Castor-Freeze";

type Watched = { site: Site; visits: Visits; hosts: Map<string, string> };

/** Freezing, as one worker does it: it knows what is visited, and answers from the copy where a service is frozen. */
export class Freezer {
  readonly #watched = new Map<string, Watched>();
  #frozen: ReadonlyMap<string, FrozenSite> = new Map();

  /** Takes over which services are followed; what was counted of them stays. */
  follow({ sites }: Picture): void {
    const services = new Set(sites.map(({ service }) => service));
    for (const service of this.#watched.keys())
      if (!services.has(service)) this.#watched.delete(service);
    for (const site of sites) {
      const known = this.#watched.get(site.service);
      const isSame = known?.site.pagesMax === site.pagesMax;
      const visits = isSame ? known.visits : new Visits(site.pagesMax);
      this.#watched.set(site.service, { site, visits, hosts: known?.hosts ?? new Map() });
    }
  }

  freeze(sites: readonly FrozenSite[]): void {
    this.#frozen = new Map(sites.map((each) => [each.site.service, each]));
  }

  /** Takes a request of a frozen service; false where the request goes on as ever. */
  takes(exchange: Exchange): boolean {
    return this.#frozen.get(exchange.lane.service.id)?.takes(exchange) === true;
  }
  isFrozen(service: string): boolean {
    return this.#frozen.has(service);
  }

  note(service: string, key: string): void {
    this.#watched.get(service)?.visits.note(key, performance.now());
  }

  /** The origin answered: a page that somebody visits, if it is one. */
  answered(exchange: Exchange, head: ResponseHead, bytes: Buffer): void {
    if (this.#watched.has(exchange.lane.service.id) && isPage(head, bytes))
      this.visited(exchange.lane.service.id, exchange.head, exchange.bytes);
  }

  /** Somebody got a page. */
  visited(service: string, head: RequestHead, bytes: Buffer): void {
    const watched = this.#watched.get(service);
    if (watched === undefined || head.method !== "GET" || isCrawler(head, bytes)) return;
    const authority = head.hasHost ? textOf(bytes, head.hostStart, head.hostEnd) : "";
    const host = plainHost(authority);
    if (!watched.hosts.has(host) && watched.hosts.size < hostsMax)
      watched.hosts.set(host, authority);
    const target = textOf(bytes, head.pathStart, head.targetEnd);
    const key = keyOf({ host, target }, watched.site);
    if (key !== undefined) watched.visits.note(key, performance.now());
  }

  visits(): WorkerVisits["sites"] {
    const now = performance.now();
    let letters = 0;
    return [...this.#watched.values()].map(({ site, visits, hosts }) => {
      const { total, pages } = visits.read(now);
      // The least visited ones are left out where the whole would not fit into one message.
      const told = pages.filter(({ key }) => (letters += key.length) < lettersToldMax);
      return {
        ...{ service: site.service, total, pages: told },
        hosts: [...hosts].map(([host, authority]) => ({ host, authority })),
      };
    });
  }
}

const contentType = "content-type";
const userAgent = "user-agent";
const html = "text/html";

function isPage(head: ResponseHead, bytes: Buffer): boolean {
  if (head.status !== 200) return false;
  const at = indexOf(head, bytes, contentType);
  if (at < 0) return false;
  const from = head.valueStart(at);
  return textOf(bytes, from, from + html.length).toLowerCase() === html;
}

function isCrawler(head: RequestHead, bytes: Buffer): boolean {
  const at = indexOf(head, bytes, userAgent);
  if (at < 0) return false;
  const from = head.valueStart(at);
  return textOf(bytes, from, from + crawlerName.length) === crawlerName;
}

/** The index of a field that the parser has no kind for. */
function indexOf(head: Head, bytes: Buffer, name: string): number {
  for (let i = 0; i < head.count; i++) {
    const from = head.lineStart(i);
    if (head.nameEnd(i) - from !== name.length) continue;
    if (textOf(bytes, from, head.nameEnd(i)).toLowerCase() === name) return i;
  }
  return -1;
}
