import type { Socket } from "bun";
import { Outbox } from "../outbox.ts";
import type { Guest } from "./unannounced.ts";

/** One end of two connections that are one: what comes in here goes out at the other end, no faster than it is taken. */
export class End implements Guest {
  readonly out = new Outbox();
  readonly socket: Socket<Guest>;
  other: End | undefined = undefined;
  #endsAfterFlush = false;
  #isClosed = false;

  constructor(socket: Socket<Guest>) {
    this.socket = socket;
  }

  received(chunk: Buffer): void {
    if (this.other?.send(chunk) === false) this.socket.pause();
  }
  send(chunk: Buffer): boolean {
    if (this.#isClosed) return true;
    return this.out.write(this.socket, chunk, 0, chunk.length, false);
  }
  drained(): void {
    if (this.#isClosed || !this.out.flush(this.socket)) return;
    this.other?.socket.resume();
    if (this.#endsAfterFlush) this.socket.shutdown();
  }
  /** The other end said that no more comes. */
  finish(): void {
    if (this.out.bytes > 0) this.#endsAfterFlush = true;
    else this.socket.shutdown();
  }
  ended(): void {
    this.other?.finish();
  }
  closed(): void {
    this.#isClosed = true;
    this.out.drop();
    const { other } = this;
    this.other = undefined;
    if (other !== undefined && !other.#isClosed) other.leave();
  }
  /** What waits is sent first. */
  leave(): void {
    if (this.out.bytes === 0) this.socket.end();
    else this.finish();
  }
}

/** Makes two sockets one. */
export function splice(outer: Socket<Guest>, inner: Socket<Guest>): void {
  const [left, right] = [new End(outer), new End(inner)];
  left.other = right;
  right.other = left;
  outer.data = left;
  inner.data = right;
}
