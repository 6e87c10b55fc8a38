import { ChunkedBody, type ChunkLimits } from "./chunked-body.ts";
import type { ResponseHead } from "./response-head.ts";

/** Follows the body of one response: where it ends, by length, by chunks, or by the end of the connection. */
export class ResponseBody {
  isWhole: boolean;
  endsWithConnection = false;
  problem = "";
  #left = 0;
  #chunks: ChunkedBody | undefined = undefined;

  constructor(head: ResponseHead, isHead: boolean, limits: ChunkLimits) {
    const hasNone = isHead || head.status === 204 || head.status === 304;
    this.isWhole = hasNone || (!head.chunked && head.contentLength === 0);
    if (this.isWhole) return;
    if (head.chunked) this.#chunks = new ChunkedBody(limits);
    else if (head.contentLength > 0) this.#left = head.contentLength;
    else this.endsWithConnection = true;
  }

  /** Where the bytes of this body end within the range; `onData` gets the data inside chunks. */
  measure(
    bytes: Buffer,
    from: number,
    to: number,
    onData?: (from: number, to: number) => void,
  ): number {
    if (this.endsWithConnection) return to;
    if (this.#chunks === undefined) {
      const taken = Math.min(this.#left, to - from);
      this.#left -= taken;
      this.isWhole = this.#left === 0;
      return from + taken;
    }
    const end = this.#chunks.scan(bytes, from, to, onData);
    this.problem = this.#chunks.problem;
    this.isWhole = this.#chunks.isDone;
    return end;
  }
}
