import { gzipSync } from "node:zlib";
import { type Site } from "../../../freeze/contract.ts";
import { FrozenIndex, type FrozenFile } from "../../../freeze/kept/contract.ts";
import { Stored } from "../cache/stored.ts";
import type { Fields } from "../cache/fields.ts";
import { bannerHtml } from "./banner.ts";
import type { Shown } from "./notices.ts";
import { readObject } from "./objects.ts";

const minuteMs = 60_000;
/** Below this gzip gains nothing. */
const gzipBytesMin = 1_024;
const shownMax = 12;
const compressible =
  /^(text\/|application\/(javascript|json|manifest\+json|xml|xhtml\+xml|rss\+xml|atom\+xml|wasm)|image\/(svg\+xml|x-icon)|font\/(ttf|otf))/i;

/** What is in memory of one file: its bytes, and the answers made from them. */
type Volume = {
  file: FrozenFile;
  bytes: Buffer;
  minute: number;
  plain: Stored | undefined;
  gzip: Stored | undefined;
};

/** One snapshot of one service: the index whole, the bytes as they are asked for, within a budget. */
export class Library {
  readonly takenAt: number;
  readonly #files: ReadonlyMap<string, FrozenFile>;
  readonly #shown: ReadonlyMap<string, readonly Shown[]>;
  readonly #folder: string;
  readonly #site: Site;
  /** In the order of use: the first was used longest ago. */
  readonly #volumes = new Map<string, Volume>();
  readonly #reading = new Map<string, Promise<Buffer | undefined>>();
  #bytes = 0;

  private constructor(index: FrozenIndex, site: Site, folder: string) {
    this.takenAt = index.takenAt;
    this.#site = site;
    this.#folder = folder;
    this.#files = new Map(index.files.map((each) => [each.key, each]));
    this.#shown = shownByHost(index);
  }

  /** undefined when the snapshot is not whole on this machine. */
  static async open(site: Site, folder: string): Promise<Library | undefined> {
    if (site.snapshot === undefined) return undefined;
    const bytes = await readObject(folder, site.snapshot.index);
    if (bytes === undefined) return undefined;
    const index = FrozenIndex.safeParse(JSON.parse(bytes.toString("utf8")));
    return index.success ? new Library(index.data, site, folder) : undefined;
  }

  find(key: string): FrozenFile | undefined {
    return this.#files.get(key);
  }

  /** The most visited pages of a host, for whoever asked for something else. */
  shownFor(host: string): readonly Shown[] {
    return this.#shown.get(host) ?? [];
  }

  /** The answer if its bytes are in memory. */
  ready(file: FrozenFile, now: number, takesGzip: boolean): Stored | undefined {
    const volume = this.#volumes.get(file.key);
    if (volume === undefined) return undefined;
    this.#volumes.delete(file.key);
    this.#volumes.set(file.key, volume);
    return this.#answerOf(volume, now, takesGzip);
  }

  /** The answer once its bytes have been read; undefined when they are gone or spoilt. */
  async load(file: FrozenFile, now: number, takesGzip: boolean): Promise<Stored | undefined> {
    const bytes = await this.#read(file.body);
    if (bytes === undefined) return undefined;
    const volume: Volume = { file, bytes, minute: -1, plain: undefined, gzip: undefined };
    if (!this.#volumes.has(file.key)) this.#keep(volume);
    return this.#answerOf(this.#volumes.get(file.key) ?? volume, now, takesGzip);
  }

  /** Whoever asks for the same at the same time waits for one reading of the disk. */
  #read(name: string): Promise<Buffer | undefined> {
    const known = this.#reading.get(name);
    if (known !== undefined) return known;
    const reading = name === "" ? Promise.resolve(Buffer.alloc(0)) : readObject(this.#folder, name);
    this.#reading.set(name, reading);
    void reading.finally(() => this.#reading.delete(name));
    return reading;
  }

  #keep(volume: Volume): void {
    const size = sizeOf(volume);
    const max = this.#site.memoryBytesMax;
    if (size > max) return;
    this.#volumes.set(volume.file.key, volume);
    this.#bytes += size;
    for (const [key, oldest] of this.#volumes) {
      if (this.#bytes <= max) break;
      this.#volumes.delete(key);
      this.#bytes -= sizeOf(oldest);
    }
  }

  /** Pages tell their age, so they are made anew each minute that somebody asks; everything else once. */
  #answerOf(volume: Volume, now: number, takesGzip: boolean): Stored {
    const { file } = volume;
    const hasBanner = file.bannerAt >= 0 && this.#site.banner !== undefined;
    const minute = hasBanner ? Math.floor((now - file.fetchedAt) / minuteMs) : 0;
    if (minute !== volume.minute) {
      volume.minute = minute;
      volume.plain = undefined;
      volume.gzip = undefined;
    }
    const squeezes = takesGzip && file.bytes >= gzipBytesMin && isCompressible(file);
    const made = squeezes ? volume.gzip : volume.plain;
    if (made !== undefined) return made;
    const whole = hasBanner ? this.#withBanner(volume, now) : volume.bytes;
    const mark = hasBanner ? `${file.body.slice(0, 20)}.${minute}` : file.body.slice(0, 20);
    const stored = storedOf(file, {
      body: squeezes ? gzipSync(whole) : whole,
      mark,
      squeezes,
    });
    if (squeezes) volume.gzip = stored;
    else volume.plain = stored;
    return stored;
  }

  #withBanner({ file, bytes }: Volume, now: number): Buffer {
    const { banner } = this.#site;
    if (banner === undefined) return bytes;
    const line = Buffer.from(bannerHtml(file, banner, now));
    const at = Math.min(file.bannerAt, bytes.length);
    return Buffer.concat([bytes.subarray(0, at), line, bytes.subarray(at)]);
  }
}

/** Room for the bytes, for the page with its line, and for the same compressed. */
const sizeOf = ({ bytes }: Volume): number => bytes.length * 3 + 2_000;

const typeOf = (file: FrozenFile): string =>
  file.fields.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
const isCompressible = (file: FrozenFile): boolean => compressible.test(typeOf(file));

function storedOf(file: FrozenFile, of: { body: Buffer; mark: string; squeezes: boolean }): Stored {
  const etag = `"${of.mark}${of.squeezes ? "-gz" : ""}"`;
  const fields: Fields = [
    ...file.fields,
    ...(isCompressible(file) ? [["Vary", "Accept-Encoding"] as const] : []),
    ...(of.squeezes ? [["Content-Encoding", "gzip"] as const] : []),
    ["ETag", etag],
    ["Date", new Date(file.fetchedAt).toUTCString()],
    ["Castor-Frozen-At", new Date(file.fetchedAt).toISOString()],
  ];
  return new Stored({
    key: file.key,
    service: "",
    status: file.status,
    reason: file.status === 200 ? "OK" : "Moved",
    fields,
    selectors: [],
    body: of.body,
    terms: {
      requestedAt: file.fetchedAt,
      receivedAt: file.fetchedAt,
      lifetimeMs: 0,
      isExplicit: true,
      ageAtReceiptMs: 0,
      noCache: false,
      mustRevalidate: false,
      staleWhileRevalidateMs: 0,
      staleIfErrorMs: undefined,
      etag,
      lastModified: undefined,
      unstored: [],
    },
  });
}

function shownByHost({ files, visited }: FrozenIndex): Map<string, Shown[]> {
  const pages = new Map(
    files.filter(({ kind }) => kind === "page").map((each) => [each.key, each]),
  );
  const found = new Map<string, Shown[]>();
  for (const key of new Set([...visited.map((each) => each.key), ...pages.keys()])) {
    const page = pages.get(key);
    if (page === undefined) continue;
    const slash = key.indexOf("/");
    const shown = found.get(key.slice(0, slash)) ?? [];
    if (shown.length < shownMax) shown.push({ path: key.slice(slash), title: page.title });
    found.set(key.slice(0, slash), shown);
  }
  return found;
}
