import { ChunkedBody } from "./chunked-body.ts";
import type { RequestHead } from "./request-head.ts";
import type { Limits } from "./snapshot.ts";
import { UploadPatience } from "./upload-patience.ts";

/** CR LF. */
const lastLineBytes = 2;

/** Follows the body of one request: where it ends, how large it is, and what of it could be sent again. */
export class RequestBody {
  isWhole: boolean;
  /** What came so far, as long as it is little enough to send again; undefined once that was given up. */
  kept: Buffer[] | undefined = undefined;
  keptBytes = 0;
  problem = "";
  /** Where that part of the last measured range ends which goes on: trailers do not, since some servers read them as a next request. */
  passedTo = 0;
  /** Trailers were left out, so that the line which ends the body is still to be written. */
  endsAnew = false;
  /** Until when more of it must come; absent where there is no body. */
  readonly patience: UploadPatience | undefined;
  #left: number;
  #chunks: ChunkedBody | undefined;

  constructor(head: RequestHead, limits: Limits) {
    this.#chunks = head.chunked ? new ChunkedBody(limits) : undefined;
    this.#left = head.contentLength > 0 ? head.contentLength : 0;
    this.isWhole = !head.hasBody;
    this.patience = this.isWhole ? undefined : new UploadPatience(limits);
    if (!this.isWhole) this.kept = [];
  }

  /** Data bytes seen so far in a chunked body; a body with a length was measured by its head. */
  get chunkedBytes(): number {
    return this.#chunks?.dataBytes ?? 0;
  }

  /** Where the bytes of this body end within the range; see `problem` when it may not go on. */
  measure(bytes: Buffer, from: number, to: number): number {
    if (this.#chunks === undefined) {
      const taken = Math.min(this.#left, to - from);
      this.#left -= taken;
      this.isWhole = this.#left === 0;
      this.passedTo = from + taken;
      return from + taken;
    }
    const end = this.#chunks.scan(bytes, from, to);
    this.problem = this.#chunks.problem;
    this.isWhole = this.#chunks.isDone;
    const { trailersFrom } = this.#chunks;
    const hasNone = trailersFrom < 0 || (this.isWhole && end === trailersFrom + lastLineBytes);
    this.passedTo = hasNone ? end : trailersFrom;
    this.endsAnew = !hasNone && this.isWhole;
    return end;
  }

  keep(bytes: Buffer, from: number, to: number): void {
    if (this.kept === undefined || from === to) return;
    this.kept.push(bytes.subarray(from, to));
    this.keptBytes += to - from;
  }

  /** From here on the body cannot be sent again. */
  giveUpKeeping(): void {
    this.kept = undefined;
    this.keptBytes = 0;
  }
}
