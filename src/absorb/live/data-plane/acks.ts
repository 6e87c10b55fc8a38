import type { Outcome } from "../contract/shape.ts";
import { ackBytes, frameKind, noChoice } from "../wire/frames.ts";
import type { Connection } from "./connection.ts";
import { headBytes, opcode, writeHead } from "./web-socket.ts";

/** What is owed to a client until the group in which it stands is durable. */
export type Owed = {
  to: Connection;
  group: number;
  /** When the answer came, by the monotonic clock. */
  at: number;
  question: number;
  number: number;
  outcome: Outcome;
  /** -1 for none. */
  choice: number;
  /** A batch: the whole frame, ready. */
  frame: Uint8Array | undefined;
};

/** Acks that go out as one frame; more of one client become several. */
const togetherMax = 500;
const headRoom = 4;

/** Acks in the order of their answers. Those of one client that stand together leave in one frame and one system call. */
export class Acks {
  private waiting: Owed[] = [];
  private readonly scratch = new Uint8Array(headRoom + togetherMax * ackBytes);
  private readonly http: (owed: Owed) => void;
  private readonly acked: (tookMs: number) => void;

  constructor(of: { http: (owed: Owed) => void; acked: (tookMs: number) => void }) {
    this.http = of.http;
    this.acked = of.acked;
  }

  get count(): number {
    return this.waiting.length;
  }

  add(owed: Owed): void {
    this.waiting.push(owed);
  }

  /** Sends what is owed up to a group that is durable now. */
  flush(durable: number, now: number): void {
    const { waiting } = this;
    let sent = 0;
    while (sent < waiting.length && (waiting[sent] as Owed).group <= durable) {
      const owed = waiting[sent] as Owed;
      const isPlain = owed.to.way === "player" && !owed.frame;
      const count = isPlain ? this.together(sent, durable) : 1;
      if (!isPlain && owed.frame) owed.to.write(owed.frame);
      else if (!isPlain) this.http(owed);
      for (const end = sent + count; sent < end; sent++)
        this.acked(now - (waiting[sent] as Owed).at);
    }
    if (sent === waiting.length) this.waiting = [];
    else if (sent > 0) waiting.splice(0, sent);
  }

  /** Nothing will be durable beyond this group: who was promised more is not told so, and asks again elsewhere. */
  giveUp(durable: number): void {
    const lost = this.waiting.filter(({ group }) => group > durable);
    this.waiting = this.waiting.filter(({ group }) => group <= durable);
    for (const { to } of lost) to.drop();
  }

  private together(from: number, durable: number): number {
    const { scratch, waiting } = this;
    const { to } = waiting[from] as Owed;
    let count = 0;
    for (; count < togetherMax; count++) {
      const owed = waiting[from + count];
      if (!owed || owed.to !== to || owed.frame || owed.group > durable) break;
      const at = headRoom + count * ackBytes;
      scratch[at] = frameKind.ack;
      scratch[at + 1] = owed.outcome;
      scratch[at + 2] = owed.choice < 0 ? noChoice : owed.choice;
      scratch[at + 3] = owed.question;
      scratch[at + 4] = owed.number & 0xff;
      scratch[at + 5] = (owed.number >>> 8) & 0xff;
      scratch[at + 6] = (owed.number >>> 16) & 0xff;
      scratch[at + 7] = owed.number >>> 24;
    }
    const length = count * ackBytes;
    const head = headBytes(length);
    writeHead(scratch.subarray(headRoom - head), opcode.binary, length);
    to.write(scratch.subarray(headRoom - head, headRoom + length));
    return count;
  }
}
