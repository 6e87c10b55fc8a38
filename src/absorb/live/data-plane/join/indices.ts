import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";

/** So many numbers are set aside by one write to disk; after a crash the rest of them is never given out. */
const blockMax = 1_024;

export type IndexOptions = { path: string; node: number; nodes: number; participantsMax: number };

/**
 * Gives each participant of this node a number that nobody has had: every `nodes`-th one, so that `index % nodes` says who counts
 * it. What is set aside is durable before the first of it is given out.
 */
export class Indices {
  readonly #of: IndexOptions;
  #next: number;
  #end: number;

  constructor(of: IndexOptions) {
    this.#of = of;
    this.#next = readEnd(of.path);
    this.#end = this.#next;
  }

  /** Undefined when the show is full. */
  take(): number | undefined {
    const { node, nodes, participantsMax } = this.#of;
    const index = this.#next * nodes + node;
    if (index >= participantsMax) return undefined;
    if (this.#next === this.#end) this.#setAside(this.#next + this.#block());
    this.#next++;
    return index;
  }

  /** A small show loses little by a crash, a large one writes seldom. */
  #block(): number {
    return Math.max(1, Math.min(blockMax, Math.floor(this.#of.participantsMax / 1_000)));
  }

  #setAside(end: number): void {
    const { path } = this.#of;
    const file = openSync(`${path}.new`, "w", 0o600);
    try {
      writeSync(file, String(end));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.new`, path);
    this.#end = end;
  }
}

function readEnd(path: string): number {
  try {
    const text = readFileSync(path, "utf8");
    if (/^\d{1,15}$/.test(text)) return Number(text);
  } catch (why) {
    if (why instanceof Error && "code" in why && why.code === "ENOENT") return 0;
    throw why;
  }
  throw new Error(`${path} does not say which numbers are given out.`);
}
