import type { Objects } from "../cellar/contract.ts";
import type { SiteConfig } from "../config.ts";
import type { Missing, Visited } from "../contract.ts";
import type { FrozenFile, FrozenIndex } from "../kept/contract.ts";
import {
  type Address,
  addressOf,
  hostOf,
  type Place,
  resolved,
  targetOf,
  urlOf,
} from "./address.ts";
import { type Fetched, fetchOne, TooLarge, type World } from "./fetching.ts";
import { keptFields, unfitness } from "./fields.ts";
import type { Kind } from "./html.ts";
import { Pace } from "./pace.ts";
import { isHtml, type Need, read } from "./reading.ts";

export type Visiting = { total: number; pages: readonly Visited[] };
export type CrawlParts = {
  service: string;
  config: SiteConfig;
  place: Place;
  /** Where the gateway listens, without a slash at the end. */
  door: string;
  visiting: Visiting;
  before: FrozenIndex | undefined;
  /** Most of what was there before may be gone: somebody asked for this snapshot. */
  mayLose: boolean;
  objects: Objects;
  world: World;
  onProgress(done: number, known: number): void;
};

type Wanted = Address & { kind: Kind; neededBy: string; isGuess: boolean; hasFailed?: boolean };

const filesMax = 20_000;
const missingMax = 500;
const externalMax = 200;
/** A snapshot is not whole when more than this share of what was there before cannot be had. */
const lostShareMax = 0.25;
const lostMin = 3;

/** The origin is not well enough for a snapshot: the one before stays. */
export class OriginSick extends Error {}

/** Takes one snapshot: the most visited pages, each followed by all that it needs, through the gateway, at a gentle pace. */
export class Crawl {
  readonly #of: CrawlParts;
  readonly #pace: Pace;
  readonly #queue: Wanted[] = [];
  readonly #known = new Set<string>();
  readonly #files = new Map<string, FrozenFile>();
  readonly #missing = new Map<string, Missing>();
  readonly #external = new Map<string, number>();
  readonly #before: ReadonlyMap<string, FrozenFile>;
  #bytes = 0;
  #lost = 0;

  constructor(of: CrawlParts) {
    this.#of = of;
    this.#pace = new Pace(of.world, of.config.perSecond);
    this.#before = new Map((of.before?.files ?? []).map((each) => [each.key, each]));
  }

  async run(): Promise<FrozenIndex> {
    const { config, visiting, place, world, service } = this.#of;
    const pages = [
      ...[...place.authorities.keys()].flatMap((host) => config.always.map((path) => host + path)),
      ...visiting.pages.map(({ key }) => key),
    ];
    const chosen = [...new Set(pages)].filter((key) => place.authorities.has(hostOf(key)));
    for (const key of chosen.slice(0, config.pages)) {
      this.#want(key, {
        kind: "link",
        neededBy: "visitors",
        isGuess: config.always.includes(targetOf(key)),
      });
      await this.#drain();
    }
    this.#dropDeadRedirects();
    if (![...this.#files.values()].some(({ kind }) => kind === "page"))
      throw new OriginSick("no page could be had that is for everybody");
    const mayBeLost = Math.max(lostMin, this.#before.size * lostShareMax);
    if (!this.#of.mayLose && this.#lost > mayBeLost)
      throw new OriginSick(
        `${this.#lost} of ${this.#before.size} things that were there are not to be had; castor freeze crawl copies the rest all the same`,
      );
    return {
      service,
      takenAt: world.now(),
      files: [...this.#files.values()],
      visited: [...visiting.pages].slice(0, config.pages * 3),
      missing: [...this.#missing.values()],
      external: [...this.#external].map(([host, count]) => ({ host, count })),
    };
  }

  #want(key: string, of: Pick<Wanted, "kind" | "neededBy" | "isGuess">, first = false): void {
    if (this.#known.has(key) || this.#known.size >= filesMax) return;
    const authority = this.#of.place.authorities.get(hostOf(key));
    if (authority === undefined) return;
    this.#known.add(key);
    const wanted = { key, authority, target: targetOf(key), ...of };
    if (first) this.#queue.unshift(wanted);
    else this.#queue.push(wanted);
  }

  async #drain(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#of.world.signal.throwIfAborted();
      await this.#pace.turn();
      await this.#take(next);
      if (this.#pace.isSick) throw new OriginSick("the origin does not answer as it should");
      this.#of.onProgress(this.#files.size, this.#known.size);
    }
  }

  async #take(wanted: Wanted): Promise<void> {
    const { world, door, config } = this.#of;
    const before = this.#before.get(wanted.key);
    try {
      const validators = validatorsOf(before);
      const fetched = await fetchOne(wanted, { world, door, bytesMax: config.fileMax, validators });
      if (fetched.status >= 500) return this.#failed(wanted, `the origin said ${fetched.status}`);
      this.#pace.answered(fetched.tookMs, wanted.kind === "file");
      if (fetched.status === 304 && before !== undefined)
        return await this.#takeAgain(wanted, before);
      const why = unfitness(fetched);
      if (why === undefined) return await this.#keep(wanted, fetched);
      this.#lack(wanted, why);
    } catch (error) {
      world.signal.throwIfAborted();
      if (error instanceof TooLarge) this.#lack(wanted, error.message);
      else this.#failed(wanted, error instanceof Error ? error.message : String(error));
    }
  }

  /** Once more later; then the copy from before stands in, as old as it is. */
  #failed(wanted: Wanted, why: string): void {
    this.#pace.failed();
    if (wanted.hasFailed !== true) {
      this.#queue.push({ ...wanted, hasFailed: true });
      return;
    }
    const before = this.#before.get(wanted.key);
    if (before === undefined) this.#lack(wanted, why);
    else {
      this.#lost++;
      this.#files.set(wanted.key, before);
    }
  }

  #lack({ key, neededBy, isGuess, kind }: Wanted, why: string): void {
    if (this.#before.has(key)) this.#lost++;
    if (isGuess || this.#missing.size >= missingMax) return;
    const from = kind === "link" ? neededBy : targetOf(neededBy);
    this.#missing.set(key, { url: key, neededBy: from, why });
  }

  /** What has not changed since: its bytes are there, and what it needs is looked at again. */
  async #takeAgain(wanted: Wanted, before: FrozenFile): Promise<void> {
    const body = before.body === "" ? Buffer.alloc(0) : await this.#of.objects.get(before.body);
    if (body === undefined) return this.#lack(wanted, "the copy from before is spoilt");
    this.#files.set(wanted.key, { ...before, fetchedAt: this.#of.world.now() });
    this.#bytes += before.bytes;
    const { needs, page } = read(typeOf(before), body);
    this.#follow(wanted, needs, page?.base);
  }

  async #keep(wanted: Wanted, { status, headers, body }: Fetched): Promise<void> {
    if (status !== 200) return this.#keepRedirect(wanted, status, headers);
    const { objects, config, world } = this.#of;
    const type = headers.get("content-type") ?? "";
    const found = read(type, body);
    if (this.#bytes + found.body.length > config.bytes)
      return this.#lack(wanted, "no room: freeze.sites.*.bytes is reached");
    this.#bytes += found.body.length;
    this.#files.set(wanted.key, {
      key: wanted.key,
      kind: found.page ? "page" : "file",
      status,
      fields: keptFields(headers, isHtml(type)),
      body: await objects.put(found.body),
      bytes: found.body.length,
      fetchedAt: world.now(),
      title: found.page?.title ?? "",
      language: found.page?.language ?? "",
      bannerAt: found.page?.bannerAt ?? -1,
      validators: validatorsFrom(headers),
    });
    this.#follow(wanted, found.needs, found.page?.base);
  }

  #keepRedirect(wanted: Wanted, status: number, headers: Headers): void {
    const { key, kind } = wanted;
    const to = resolved(headers.get("location") ?? "", urlOf(wanted));
    const address = to && addressOf(to, this.#of.place);
    if (address === undefined) return this.#lack(wanted, "it leads to another site");
    this.#files.set(key, {
      ...{ key, kind: "redirect", status, fields: keptFields(headers, true), body: "", bytes: 0 },
      ...{ fetchedAt: this.#of.world.now(), title: "", language: "", bannerAt: -1, validators: {} },
    });
    this.#want(address.key, { kind, neededBy: key, isGuess: true }, true);
  }

  /** Links are not followed: what people visit is known. */
  #follow(from: Wanted, needs: readonly Need[], base?: string): void {
    for (const { url, kind, isGuess = false } of needs) {
      const to = kind === "link" ? undefined : resolved(url, urlOf(from), base);
      if (to === undefined) continue;
      const address = addressOf(to, this.#of.place);
      if (address !== undefined)
        this.#want(address.key, { kind, neededBy: from.key, isGuess }, true);
      else if (this.#external.size < externalMax)
        this.#external.set(to.host, (this.#external.get(to.host) ?? 0) + 1);
    }
    const icon = `${hostOf(from.key)}/favicon.ico`;
    if (from.kind === "link") this.#want(icon, { kind: "file", neededBy: from.key, isGuess: true });
  }

  /** A redirect to what is not kept (a sign-in page, for one) leads nowhere. */
  #dropDeadRedirects(): void {
    for (let hasDropped = true; hasDropped;) {
      hasDropped = false;
      for (const [key, file] of this.#files) {
        if (file.kind !== "redirect" || this.#leadsSomewhere(file)) continue;
        this.#files.delete(key);
        this.#missing.set(key, {
          url: key,
          neededBy: "visitors",
          why: "leads to what is not kept",
        });
        hasDropped = true;
      }
    }
  }

  #leadsSomewhere(file: FrozenFile): boolean {
    const location = file.fields.find(([name]) => name === "location")?.[1] ?? "";
    const to = resolved(location, `http://${file.key}`);
    const address = to === undefined ? undefined : addressOf(to, this.#of.place);
    return address !== undefined && this.#files.has(address.key) && address.key !== file.key;
  }
}

const typeOf = ({ fields }: FrozenFile): string =>
  fields.find(([name]) => name === "content-type")?.[1] ?? "";

/** So that what has not changed is not sent again. */
const validatorsOf = (file: FrozenFile | undefined): Record<string, string> => {
  const { etag, lastModified } = file?.validators ?? {};
  if (etag !== undefined) return { "if-none-match": etag };
  return lastModified === undefined ? {} : { "if-modified-since": lastModified };
};
const validatorsFrom = (headers: Headers): FrozenFile["validators"] => {
  const [etag, lastModified] = [headers.get("etag"), headers.get("last-modified")];
  return { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) };
};
