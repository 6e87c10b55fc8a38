import type { Picture, Site, WorkerVisits } from "../../../freeze/contract.ts";
import { keyOf } from "../../../freeze/kept/contract.ts";
import { latin1, textOf } from "../bytes.ts";
import type { Exchange } from "../exchange.ts";
import type { RequestHead } from "../request-head.ts";
import type { ResponseHead } from "../response-head.ts";
import type { FrozenSite } from "./frozen-site.ts";
import { contentType, Hosts, userAgent } from "./reading-head.ts";
import { Visits } from "./visits.ts";

const hostsMax = 100;
const lettersToldMax = 1_000_000;
const namesMax = 5_000;
/** What takes snapshots is no visitor. */
const crawlerName = latin1("castor-freeze");
const html = latin1("text/html");

type Watched = {
  site: Site;
  visits: Visits;
  hosts: Map<string, string>;
  /** What the pages are called here that the cache has given, so that the name is not made for each visit. */
  names: Map<string, string>;
};

/** Freezing, as one worker does it: it knows what is visited, and answers from the copy where a service is frozen. */
export class Freezer {
  readonly #watched = new Map<string, Watched>();
  readonly #hosts = new Hosts();
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
      const hosts = known?.hosts ?? new Map<string, string>();
      this.#watched.set(site.service, { site, visits, hosts, names: new Map() });
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

  /** The origin answered: a page that somebody visits, if it is one. */
  answered(exchange: Exchange, answer: ResponseHead, answerBytes: Buffer): void {
    const { head, bytes, lane } = exchange;
    const watched = this.#watched.get(lane.service.id);
    if (watched === undefined || answer.status !== 200 || !isVisit(head, bytes)) return;
    if (!contentType.beginsWith(answer, answerBytes, html)) return;
    const key = this.#nameOf(watched, head, bytes);
    if (key !== undefined) watched.visits.note(key, performance.now());
  }

  /** Somebody got a page from the cache, where it is known by its whole URL. */
  gotKept(
    service: string,
    url: string,
    { head, bytes }: { head: RequestHead; bytes: Buffer },
  ): void {
    const watched = this.#watched.get(service);
    if (watched === undefined || !isVisit(head, bytes)) return;
    const { names } = watched;
    const known = names.get(url);
    const key = known ?? this.#nameOf(watched, head, bytes);
    if (key === undefined) return;
    if (known === undefined) {
      if (names.size >= namesMax) names.clear();
      names.set(url, key);
    }
    watched.visits.note(key, performance.now());
  }

  #nameOf({ hosts, site }: Watched, head: RequestHead, bytes: Buffer): string | undefined {
    const host = this.#hosts.of(head, bytes);
    if (!hosts.has(host) && hosts.size < hostsMax)
      hosts.set(host, this.#hosts.authorityOf(head, bytes));
    return keyOf({ host, target: textOf(bytes, head.pathStart, head.targetEnd) }, site);
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

const isVisit = (head: RequestHead, bytes: Buffer): boolean =>
  head.method === "GET" && !userAgent.beginsWith(head, bytes, crawlerName);
