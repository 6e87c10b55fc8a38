import type { Given } from "./artifacts.ts";
import { SourceMap } from "./source-map.ts";

/** What parsed maps of one thread take together, about. */
const bytesMax = 64_000_000;
const keysMax = 20_000;

/** The maps that a thread has parsed, those used lately, and which key leads to which. */
export class Library {
  readonly #bytesMax: number;
  #generation = 0;
  #bytes = 0;
  /** By project and key, the hash of a map; empty where there is none. */
  readonly #keys = new Map<string, string>();
  /** In order of use; nothing where a map could not be read. */
  readonly #maps = new Map<string, SourceMap | undefined>();

  constructor(ofBytesMax = bytesMax) {
    this.#bytesMax = ofBytesMax;
  }

  /** What was known before an upload may be so no more. */
  turnTo(generation: number): void {
    if (generation <= this.#generation) return;
    this.#generation = generation;
    this.#keys.clear();
  }

  take(project: number, { found, bodies }: Given): void {
    for (const { map, body } of bodies) if (!this.#maps.has(map)) this.#add(map, body);
    if (this.#keys.size > keysMax) this.#keys.clear();
    for (const { key, map } of found) this.#keys.set(`${project}\n${key}`, map);
  }

  /** The map, `none` when there is none, or nothing when it has to be asked for. */
  find(project: number, key: string): SourceMap | "none" | undefined {
    const id = this.#keys.get(`${project}\n${key}`);
    if (id === undefined) return undefined;
    if (id === "") return "none";
    if (!this.#maps.has(id)) return undefined;
    const map = this.#maps.get(id);
    this.#maps.delete(id);
    this.#maps.set(id, map);
    return map ?? "none";
  }

  #add(id: string, body: Uint8Array): void {
    const map = parsed(body);
    this.#maps.set(id, map);
    this.#bytes += map?.bytes ?? 0;
    for (const [oldest, each] of this.#maps) {
      if (this.#bytes <= this.#bytesMax || oldest === id) break;
      this.#maps.delete(oldest);
      this.#bytes -= each?.bytes ?? 0;
    }
  }
}

function parsed(body: Uint8Array): SourceMap | undefined {
  try {
    return new SourceMap(new TextDecoder().decode(Bun.zstdDecompressSync(body)));
  } catch {
    return undefined; // Somebody uploaded what is no map: the frames stay as they are.
  }
}
