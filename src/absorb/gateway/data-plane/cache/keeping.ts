import { join } from "node:path";
import {
  type Picture,
  cacheCluster,
  cacheForgotten,
  CacheRequest,
  type WorkerFigures,
  type WorkerPurged,
} from "../../../cache/contract.ts";
import type { Plane } from "../plane.ts";
import { Cache } from "./cache.ts";
import { Disk } from "./disk.ts";

/** The part of the bus that a worker's cache needs. */
export type CacheBus = {
  publish(topic: string, body: unknown): void;
  subscribe(pattern: string, hear: (message: { body: unknown }) => void): () => void;
  serve(
    name: string,
    by: { request: (message: { body: unknown }) => Promise<unknown> },
  ): () => void;
};

/** Gives a data plane its cache once a picture says that something is cached, and does what control and other workers ask. */
export class CacheKeeping {
  readonly #plane: Plane;
  readonly #worker: string;
  readonly #path: string;
  readonly #bus: CacheBus;
  readonly #leave: (() => void)[];
  #cache: Cache | undefined = undefined;
  #disk: Disk | undefined = undefined;

  constructor(plane: Plane, of: { worker: string; data: string; bus: CacheBus }) {
    this.#plane = plane;
    this.#worker = of.worker;
    this.#path = join(of.data, "cache", "cache.db");
    this.#bus = of.bus;
    this.#leave = [
      of.bus.serve(cacheCluster, { request: async ({ body }) => this.#answer(body) }),
      of.bus.subscribe(cacheForgotten.name, ({ body }) => this.#hear(body)),
    ];
  }

  apply(picture: Picture): void {
    if (this.#cache !== undefined) this.#cache.apply(picture);
    else if (picture.rules.some(({ isOn }) => isOn)) this.#open(picture);
    this.#plane.cache = this.#cache?.rules.isEmpty === false ? this.#cache : undefined;
  }

  #open(picture: Picture): void {
    if (picture.diskBytesMax > 0) this.#disk = diskAt(this.#path, picture.diskBytesMax);
    this.#cache = new Cache(this.#plane, picture, this.#disk);
    this.#cache.onForgotten = (url) => {
      this.#bus.publish(cacheForgotten.name, { from: this.#worker, url });
    };
  }

  #answer(body: unknown): WorkerFigures | WorkerPurged {
    const request = CacheRequest.parse(body);
    const worker = this.#worker;
    if (request.ask === "purge") return { worker, removed: this.#cache?.purge(request.purge) ?? 0 };
    return (
      this.#cache?.figures(worker) ?? {
        worker,
        ...{ entries: 0, bytes: 0, bytesMax: 0, diskEntries: 0, diskBytes: 0, diskBytesMax: 0 },
      }
    );
  }

  #hear(body: unknown): void {
    const heard = cacheForgotten.schema.safeParse(body);
    if (heard.success && heard.data.from !== this.#worker) this.#cache?.forget(heard.data.url);
  }

  close(): void {
    for (const leave of this.#leave) leave();
    this.#plane.cache = undefined;
    this.#disk?.close();
  }
}

/** A disk that cannot be had is a smaller cache, not a worker that does not start. */
function diskAt(path: string, bytesMax: number): Disk | undefined {
  try {
    return new Disk(path, bytesMax);
  } catch (error) {
    process.stderr.write(`gateway: no cache on disk: ${String(error)}\n`);
    return undefined;
  }
}
