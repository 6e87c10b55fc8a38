import type { Json } from "../event/json.ts";
import { recordOf } from "../event/json.ts";
import { type Scrubbed, scrub, type ScrubRules } from "../scrub/scrub.ts";

/** A value that came before, byte for byte, with all the work that was done on it. */
export type Repeat = {
  raw: Buffer;
  rules: ScrubRules;
  /** What is read of it, scrubbed. Events share it: nobody may change it. */
  value: Json;
  /** Paths begin with the value's own name. */
  scrubbed: readonly Scrubbed[];
  /** Of the scrubbed text: 32 hex digits. */
  hash: string;
  /** The scrubbed text, zstd. */
  packed: Uint8Array;
};

const names = ["stacktrace", "modules"] as const;
const needles = names.map((name) => ({ name, bytes: Buffer.from(`"${name}":`) }));
/** What is shorter is not worth it: it is found by its first bytes. */
const startBytes = 512;
const valueBytesMax = 256_000;
/** Of raw text in each thread; with what was made of it, about twice as much. */
const rememberedBytesMax = 12_000_000;
const alikeMax = 64;
/** Where what was learnt did not come again so often, only every eighth is learnt. */
const learntAheadMax = 500;
const learnEach = 8;
const zstdLevel = 1;
const [quote, backslash, open, close, openList, closeList] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];

/** An event's text without what came before; a quoted number stands for each. */
export type Cut = { text: string; repeats: Repeat[] };

/**
 * Most errors of a bad day are a few bugs, over and over: their stacks and modules, more than half of each event, are the same text.
 * What was parsed, scrubbed and packed once is recognized by comparing bytes, which costs a hundredth.
 */
export class Repeats {
  readonly #byStart = new Map<number, Repeat[]>();
  #bytes = 0;
  #misses = 0;
  #learnt = 0;
  #hits = 0;

  /** Nothing when there is nothing that came before. */
  cut(bytes: Buffer, rules: ScrubRules): Cut | undefined {
    const repeats: Repeat[] = [];
    let text = "";
    let done = 0;
    for (const { at, name } of valuesIn(bytes)) {
      if (at < done) continue; // Within the one before.
      const repeat = this.#find(bytes, at, rules);
      if (!repeat) {
        if (this.#isWorthLearning()) this.#learn(bytes, at, { name, rules });
        continue;
      }
      this.#hits = Math.min(this.#hits + 1, this.#learnt + learntAheadMax);
      text += `${bytes.toString("utf8", done, at)}"${repeats.length}"`;
      repeats.push(repeat);
      done = at + repeat.raw.length;
    }
    return repeats.length === 0
      ? undefined
      : { text: text + bytes.toString("utf8", done), repeats };
  }

  #isWorthLearning(): boolean {
    return this.#learnt < this.#hits + learntAheadMax || ++this.#misses % learnEach === 0;
  }

  #find(bytes: Buffer, at: number, rules: ScrubRules): Repeat | undefined {
    return this.#byStart
      .get(startOf(bytes, at))
      ?.find(
        ({ raw, rules: by }) =>
          by === rules && raw.compare(bytes, at, Math.min(bytes.length, at + raw.length)) === 0,
      );
  }

  #learn(bytes: Buffer, at: number, { name, rules }: { name: string; rules: ScrubRules }): void {
    const end = endOfValue(bytes, at);
    if (end === undefined || end - at < startBytes) return;
    const start = startOf(bytes, at);
    const alike = this.#byStart.get(start) ?? [];
    if (alike.length >= alikeMax) return;
    const raw = Buffer.from(bytes.subarray(at, end));
    const value = parsed(raw);
    if (!value) return;
    const scrubbed = scrub({ [name]: value }, rules);
    const text = JSON.stringify(value);
    const hash = new Bun.CryptoHasher("sha256").update(text).digest("hex").slice(0, 32);
    const packed = Bun.zstdCompressSync(text, { level: zstdLevel });
    if (this.#bytes + raw.length > rememberedBytesMax) {
      this.#byStart.clear();
      this.#bytes = 0;
    }
    this.#bytes += raw.length;
    this.#learnt++;
    const learnt = { raw, rules, value: whatIsRead(value), scrubbed, hash, packed };
    this.#byStart.set(start, [...alike, learnt]);
  }
}

/** The lines around, the variables and the modules are most of it, and are only shown. */
function whatIsRead({ frames }: Json): Json {
  if (!Array.isArray(frames)) return {};
  return {
    frames: frames.map((each: unknown) => {
      const { pre_context: _, post_context: __, vars: ___, ...frame } = recordOf(each) ?? {};
      return frame;
    }),
  };
}

const startOf = (bytes: Buffer, at: number): number =>
  Bun.hash.crc32(bytes.subarray(at, at + startBytes));

/** Where values of those names begin. In JSON a quoted name and a colon are a key, wherever they stand. */
function* valuesIn(bytes: Buffer): Generator<{ at: number; name: string }> {
  const next = needles.map(({ bytes: needle }) => bytes.indexOf(needle));
  for (;;) {
    let first = -1;
    next.forEach((place, which) => {
      if (place >= 0 && (first < 0 || place < (next[first] as number))) first = which;
    });
    const needle = needles[first];
    if (!needle) return;
    const at = (next[first] as number) + needle.bytes.length;
    yield { at, name: needle.name };
    next[first] = bytes.indexOf(needle.bytes, at);
  }
}

/** Where the object that begins here ends; nothing when it is none, or too long. */
function endOfValue(bytes: Buffer, from: number): number | undefined {
  if (bytes[from] !== open) return undefined;
  const last = Math.min(bytes.length, from + valueBytesMax);
  let depth = 0;
  for (let at = from; at < last; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      for (at++; at < last && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++;
    } else if (byte === open || byte === openList) depth++;
    else if ((byte === close || byte === closeList) && --depth === 0) return at + 1;
  }
  return undefined;
}

function parsed(raw: Buffer): Json | undefined {
  try {
    return recordOf(JSON.parse(raw.toString()));
  } catch {
    return undefined;
  }
}
