import type { Socket } from "bun";
import type { Plane } from "../plane.ts";
import { plainAddress } from "../trusted.ts";
import { proxyHeaderOf } from "./header.ts";

/** What a socket calls, whoever stands behind it at the moment. */
export type Guest = {
  received(chunk: Buffer): void;
  drained(): void;
  ended(): void;
  closed(): void;
};

/** Goes on with a connection whose visitor is known; `rest` is what came after the header. */
export type Onward = (socket: Socket<Guest>, address: string, rest: Buffer) => void;

/** A connection from a load balancer that has not yet said whom it speaks for. */
export class Unannounced implements Guest {
  readonly #plane: Plane;
  readonly #socket: Socket<Guest>;
  readonly #onward: Onward;
  readonly #patience: Timer;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(plane: Plane, socket: Socket<Guest>, onward: Onward) {
    this.#plane = plane;
    this.#socket = socket;
    this.#onward = onward;
    this.#patience = setTimeout(() => this.#refuse("late"), plane.config.limits.requestHeadMs);
  }

  received(chunk: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    const header = proxyHeaderOf(this.#bytes);
    if (header.said === "more") return;
    if (header.said === "bad") return this.#refuse(header.why);
    clearTimeout(this.#patience);
    const address = plainAddress(header.source ?? this.#socket.remoteAddress);
    this.#onward(this.#socket, address, this.#bytes.subarray(header.length));
  }

  /** Without a word: whoever does not speak this protocol would not understand an HTTP answer to it either. */
  #refuse(why: string): void {
    clearTimeout(this.#patience);
    this.#plane.tallies.refused(`gateway.proxy-protocol.${why}`);
    this.#socket.terminate();
  }

  drained(): void {}
  ended(): void {
    this.#refuse("cut-short");
  }
  closed(): void {
    clearTimeout(this.#patience);
  }
}
