import {
  FlattenMap,
  originalPositionFor,
  sourceContentFor,
  type TraceMap,
} from "@jridgewell/trace-mapping";
import { enclosingFunction } from "./enclosing.ts";

/** Where a frame of a build is in what people wrote. Lines and columns count from one. */
export type Original = {
  file: string;
  line: number;
  column: number;
  /** What the map names at this place: at a call, the function that is called. */
  names?: string;
  /** The function it is in, by the source. */
  within?: string;
  context?: string;
  before: string[];
  after: string[];
};

const linesAround = 5;
const lineCharsMax = 400;
const placesMax = 5_000;
/** What decoded mappings take for each character of the text, about. */
const bytesPerMappingChar = 20;

/** One parsed map. A place is worked out once: floods come from few places. */
export class SourceMap {
  /** What it takes in memory, about. */
  readonly bytes: number;
  readonly #map: TraceMap;
  readonly #places = new Map<string, Original | null>();
  readonly #lines = new Map<string, { text: string; lines: string[] }>();

  /** Throws when it is no source map. */
  constructor(text: string) {
    const sent = JSON.parse(text) as { mappings?: unknown };
    this.#map = new FlattenMap(sent as ConstructorParameters<typeof TraceMap>[0]);
    const mappings = typeof sent.mappings === "string" ? sent.mappings.length : text.length / 2;
    this.bytes = 2 * text.length + bytesPerMappingChar * mappings;
  }

  /** Nothing where the build has code of its own. */
  at(line: number, column: number): Original | undefined {
    const key = `${line}:${column}`;
    let found = this.#places.get(key);
    if (found === undefined) {
      if (this.#places.size >= placesMax) this.#places.clear();
      found = this.#find(line, column) ?? null;
      this.#places.set(key, found);
    }
    return found ?? undefined;
  }

  #find(line: number, column: number): Original | undefined {
    if (!(line >= 1 && column >= 1)) return undefined;
    const place = originalPositionFor(this.#map, { line, column: column - 1 });
    if (place.source === null) return undefined;
    const original: Original = {
      file: plainSource(place.source),
      line: place.line,
      column: place.column + 1,
      before: [],
      after: [],
    };
    if (place.name !== null) original.names = place.name.slice(0, 200);
    const source = this.#source(place.source);
    if (!source) return original;
    const { lines, text } = source;
    const at = place.line - 1;
    const cut = (from: number, to: number): string[] =>
      lines.slice(Math.max(0, from), to).map((each) => each.slice(0, lineCharsMax));
    const [context] = cut(at, at + 1);
    if (context === undefined) return original;
    const offset = lines.slice(0, at).reduce((sum, each) => sum + each.length + 1, place.column);
    const within = enclosingFunction(text, offset);
    return {
      ...original,
      ...(within === undefined ? {} : { within }),
      context,
      before: cut(at - linesAround, at),
      after: cut(at + 1, at + 1 + linesAround),
    };
  }

  #source(name: string): { text: string; lines: string[] } | undefined {
    let known = this.#lines.get(name);
    if (known) return known;
    const text = sourceContentFor(this.#map, name);
    if (typeof text !== "string") return undefined;
    known = { text, lines: text.split("\n") };
    this.#lines.set(name, known);
    return known;
  }
}

/** A source as people call it: without the bundler's scheme, the way up, and what a loader appends. */
const plainSource = (source: string): string =>
  source
    .replace(/^[a-z][\w+.-]*:\/\/(?:\/|[^/]*\/)?/i, "")
    .replace(/[?#].*$/, "")
    .replace(/^(?:\.{1,2}\/)+/, "")
    .slice(0, 500);
