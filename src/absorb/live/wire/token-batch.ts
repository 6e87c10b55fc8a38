import { outcome, type Outcome, type TokenFields, type TokenKind } from "../contract/shape.ts";
import { batchAnswerBytes } from "./frames.ts";
import type { SipKey } from "./sip-hash.ts";
import { inputsAt, type SipHashes, sipHashes } from "./sip-hash-wasm.ts";

const answerWords = batchAnswerBytes / 4;

/** Answers of relays, whose tokens are checked all at once: a tenth of what it costs one by one. */
export class TokenBatch {
  /** How many are in it. */
  count = 0;
  private readonly hashes: SipHashes;
  private readonly bytes: Uint8Array;
  private readonly words: Uint32Array;
  /** Zero, twice, for each token that was signed with the key. */
  private readonly differences: Int32Array;
  private readonly differencesAt: number;

  constructor(answersMax: number) {
    const answersBytes = answersMax * batchAnswerBytes;
    this.differencesAt = inputsAt + answersBytes;
    this.hashes = sipHashes(answersBytes + answersMax * 8);
    this.bytes = new Uint8Array(this.hashes.memory);
    this.words = new Uint32Array(this.hashes.memory, inputsAt);
    this.differences = new Int32Array(this.hashes.memory, this.differencesAt, answersMax * 2);
  }

  clear(): void {
    this.count = 0;
  }

  /** Takes the `count` answers that begin at `from`; there must be room. */
  add(message: Buffer, from: number, count: number): void {
    const at = inputsAt + this.count * batchAnswerBytes;
    message.copy(this.bytes, at, from, from + count * batchAnswerBytes);
    this.count += count;
  }

  /** Checks all; before that nothing may be read. */
  check(key: SipKey): void {
    this.hashes.key(key);
    this.hashes.hash(inputsAt, batchAnswerBytes, this.count, this.differencesAt);
  }

  index(n: number): number {
    return this.words[n * answerWords + 1] as number;
  }

  /** Reads the n-th token into `fields`; `readToken` says what is returned. */
  token(n: number, nowS: number, fields: TokenFields): Outcome {
    const { words, differences } = this;
    if (((differences[n * 2] as number) | (differences[n * 2 + 1] as number)) !== 0)
      return outcome.forged;
    const at = n * answerWords;
    const first = words[at] as number;
    fields.kind = (first & 0xff) as TokenKind;
    fields.node = (first >>> 8) & 0xff;
    fields.group = first >>> 16;
    fields.index = words[at + 1] as number;
    fields.expiresS = words[at + 2] as number;
    return fields.expiresS <= nowS ? outcome.expired : outcome.recorded;
  }

  question(n: number): number {
    return (this.words[n * answerWords + 5] as number) & 0xff;
  }

  choice(n: number): number {
    return ((this.words[n * answerWords + 5] as number) >>> 8) & 0xff;
  }

  elapsedMs(n: number): number {
    return this.words[n * answerWords + 6] as number;
  }
}
