import { outcome, type Outcome, type TokenFields, type TokenKind } from "../contract/shape.ts";
import { batchAnswerBytes, batchMax } from "./frames.ts";
import type { SipKey } from "./sip-hash.ts";
import { inputsAt, type SipHashes, sipHashes } from "./sip-hash-wasm.ts";

const answersBytesMax = batchMax * batchAnswerBytes;
const differencesAt = inputsAt + answersBytesMax;
const answerWords = batchAnswerBytes / 4;

/** The answers of a relay's message, whose tokens are checked all at once: a tenth of what it costs one by one. */
export class TokenBatch {
  private readonly hashes: SipHashes = sipHashes(answersBytesMax + batchMax * 8);
  private readonly bytes = new Uint8Array(this.hashes.memory);
  private readonly words = new Uint32Array(this.hashes.memory, inputsAt);
  /** Zero, twice, for each token that was signed with the key. */
  private readonly differences = new Int32Array(this.hashes.memory, differencesAt, batchMax * 2);
  private key: SipKey | undefined;

  /** Takes the `count` answers that begin at `from`. */
  take(key: SipKey, message: Buffer, from: number, count: number): void {
    if (key !== this.key) this.hashes.key(key);
    this.key = key;
    message.copy(this.bytes, inputsAt, from, from + count * batchAnswerBytes);
    this.hashes.hash(inputsAt, batchAnswerBytes, count, differencesAt);
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
