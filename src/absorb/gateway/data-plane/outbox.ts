import type { Socket } from "bun";

/** The part of a socket that writing needs. */
export type Sink = Pick<Socket<unknown>, "write">;

/** What a socket would not take yet, in order. `write` of a Bun socket keeps nothing of what it did not send. */
export class Outbox {
  bytes = 0;
  #waiting: Buffer[] = [];

  /**
   * Sends a range, after everything that waits. `borrowed` bytes belong to a buffer that will be overwritten.
   * True when nothing waits; false when the sender should pause, or the socket is gone.
   */
  write(sink: Sink, bytes: Buffer, from: number, to: number, borrowed: boolean): boolean {
    let sent = 0;
    if (this.bytes === 0) {
      sent = sink.write(bytes, from, to - from);
      if (sent === to - from) return true;
      if (sent < 0) sent = 0;
    }
    const rest = bytes.subarray(from + sent, to);
    this.#waiting.push(borrowed ? Buffer.from(rest) : rest);
    this.bytes += rest.length;
    return false;
  }

  /** Sends what waits; true when nothing waits any more. */
  flush(sink: Sink): boolean {
    while (this.bytes > 0) {
      const first = this.#waiting[0] as Buffer;
      const sent = sink.write(first, 0, first.length);
      if (sent <= 0) return false;
      this.bytes -= sent;
      if (sent < first.length) {
        this.#waiting[0] = first.subarray(sent);
        return false;
      }
      this.#waiting.shift();
    }
    return true;
  }

  drop(): void {
    this.#waiting = [];
    this.bytes = 0;
  }
}
