import { latin1, sameText } from "../bytes.ts";
import { field } from "../field.ts";
import type { ResponseHead } from "../response-head.ts";

const revoke = latin1("revoke");

/** What a visitor takes along from a room while one request of theirs is answered. */
export class Stay {
  /** Fields that go into the answer, whoever gives it: the pass. */
  lines: Buffer | undefined;
  /** Who was let in: the same for all requests of one turn. An instance may know it; without the seal it opens nothing. */
  readonly turn: string | undefined;
  readonly #end: (() => Buffer) | undefined;

  /** `end` gives the place back, and the line that takes the pass away. */
  constructor(lines: Buffer | undefined, inside?: { turn: string; end: () => Buffer }) {
    this.lines = lines;
    this.turn = inside?.turn;
    this.#end = inside?.end;
  }

  /** The instance answers; `Castor-Waiting-Room: revoke` says that this visitor is done. */
  answered(head: ResponseHead, bytes: Buffer): void {
    if (this.#end === undefined) return;
    for (let i = 0; i < head.count; i++)
      if (
        head.kinds[i] === field.waitingRoom &&
        sameText(bytes, head.valueStart(i), head.valueEnd(i), revoke)
      )
        this.lines = this.#end();
  }
}
