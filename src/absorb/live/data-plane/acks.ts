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
/** Frames of batches that go out as one write. */
const joinedBytesMax = 16 * 1024;

/** Acks in the order of their answers. Those of one client that stand together leave in one system call. */
export class Acks {
  private waiting: Owed[] = [];
  private readonly scratch = Buffer.alloc(
    Math.max(joinedBytesMax, headRoom + togetherMax * ackBytes),
  );
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
      const from = sent;
      sent += this.send(waiting[from] as Owed, from, durable);
      for (let n = from; n < sent; n++) this.acked(now - (waiting[n] as Owed).at);
    }
    if (sent === waiting.length) this.waiting = [];
    else if (sent > 0) waiting.splice(0, sent);
  }

  /** Sends at least one; returns how many. */
  private send(owed: Owed, at: number, durable: number): number {
    if (owed.frame) return this.frames(owed.frame, at, durable);
    if (owed.to.way === "player") return this.together(at, durable);
    this.http(owed);
    return 1;
  }

  /** Nothing will be durable beyond this group: who was promised more is not told so, and asks again elsewhere. */
  giveUp(durable: number): void {
    const lost = this.waiting.filter(({ group }) => group > durable);
    this.waiting = this.waiting.filter(({ group }) => group <= durable);
    for (const { to } of lost) to.drop();
  }

  /** Whether the one at `n` can leave with those before it, to the same client. */
  private isNext(n: number, to: Connection, durable: number): boolean {
    const owed = this.waiting[n];
    return owed !== undefined && owed.to === to && owed.group <= durable;
  }

  private frames(first: Uint8Array, from: number, durable: number): number {
    const { scratch, waiting } = this;
    const { to } = waiting[from] as Owed;
    if (!this.isNext(from + 1, to, durable)) {
      to.write(first);
      return 1;
    }
    let count = 0;
    let length = 0;
    for (; this.isNext(from + count, to, durable); count++) {
      const { frame } = waiting[from + count] as Owed;
      if (!frame || length + frame.length > joinedBytesMax) break;
      scratch.set(frame, length);
      length += frame.length;
    }
    to.write(scratch, 0, length);
    return count;
  }

  private together(from: number, durable: number): number {
    const { scratch, waiting } = this;
    const { to } = waiting[from] as Owed;
    let count = 0;
    for (; count < togetherMax && this.isNext(from + count, to, durable); count++) {
      const owed = waiting[from + count] as Owed;
      if (owed.frame) break;
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
    writeHead(scratch, headRoom - head, opcode.binary, length);
    to.write(scratch, headRoom - head, headRoom + length);
    return count;
  }
}
