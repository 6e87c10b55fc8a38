import type { ChunkLimits } from "../chunked-body.ts";
import { ResponseBody } from "../response-body.ts";
import type { ResponseHead } from "../response-head.ts";
import type { Unstorable } from "./storing.ts";

/** Collects the data of one response's body, without the chunks that carry it. */
export class Collector {
  readonly #body: ResponseBody;
  readonly #isChunked: boolean;
  #parts: Buffer[] = [];
  length = 0;

  constructor(head: ResponseHead, limits: ChunkLimits) {
    this.#body = new ResponseBody(head, false, limits);
    this.#isChunked = head.chunked;
  }

  /** The same body as an exchange follows it. */
  get body(): ResponseBody {
    return this.#body;
  }
  get isWhole(): boolean {
    return this.#body.isWhole;
  }
  get problem(): string {
    return this.#body.problem;
  }
  get parts(): readonly Buffer[] {
    return this.#parts;
  }

  /** Returns where the body ends within the range. */
  take(bytes: Buffer, from: number, to: number, onPart: (part: Buffer) => void): number {
    if (this.#body.isWhole) return from;
    const add = (start: number, stop: number): void => {
      const part = bytes.subarray(start, stop);
      this.#parts.push(part);
      this.length += part.length;
      onPart(part);
    };
    const end = this.#body.measure(bytes, from, to, add);
    if (!this.#isChunked && end > from) add(from, end);
    return end;
  }

  drop(): void {
    this.#parts = [];
  }

  /** All of it in one piece, in memory of its own. */
  whole(): Buffer {
    return Buffer.concat(this.#parts, this.length);
  }
}

/** What has no end that can be told from a broken connection is not kept, nor what is too large. */
export function whyUnkeepable(
  head: ResponseHead,
  { body }: Collector,
  bytesMax: number,
): Unstorable | undefined {
  if (body.endsWithConnection) return "no-length";
  return head.contentLength > bytesMax ? "too-large" : undefined;
}
