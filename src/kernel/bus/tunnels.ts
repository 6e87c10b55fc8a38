import type { Millis } from "../contract.ts";
import type { Clock } from "../clock/clock.ts";
import { NoAnswer, NobodyServes, RemoteError, type Tunnel } from "./bus.ts";
import type { End, OnTunnel, Send, ToHub } from "./frames.ts";
import { TunnelEnd } from "./tunnel.ts";

const tunnelCountMax = 1024;

type Nobody = { t: "nobody"; id: string };
type Opening = { tunnel: TunnelEnd; settle: (error?: Error) => void };

/** The tunnel ends that live in one process. Both ends of one tunnel may. */
export class Tunnels {
  readonly #clock: Clock;
  readonly #send: Send<ToHub>;
  readonly #ends = new Map<string, TunnelEnd>();
  readonly #opening = new Map<string, Opening>();

  constructor(clock: Clock, send: Send<ToHub>) {
    this.#clock = clock;
    this.#send = send;
  }

  open(name: string, timeoutMs: Millis): Promise<Tunnel> {
    if (this.#ends.size >= tunnelCountMax)
      return Promise.reject(new NobodyServes(`${name}: too many tunnels are open here`));
    const id = this.#clock.id();
    const tunnel = this.#end(id, "opener");
    const { promise, resolve, reject } = Promise.withResolvers<Tunnel>();
    const settle = (error?: Error): void => {
      stopTimer();
      this.#opening.delete(id);
      if (error === undefined) return resolve(tunnel);
      tunnel.close(error.message);
      reject(error);
    };
    const stopTimer = this.#clock.at(this.#clock.now() + timeoutMs, () =>
      settle(new NoAnswer(`${name}: no answer within ${timeoutMs} ms`)),
    );
    this.#opening.set(id, { tunnel, settle });
    this.#send({ head: { t: "open", id, name } });
    return promise;
  }

  accept(id: string, take: ((tunnel: Tunnel) => void) | undefined): void {
    if (take === undefined || this.#ends.size >= tunnelCountMax) {
      const why = take === undefined ? "it is no longer served here" : "too many tunnels are open";
      this.#send({ head: { t: "refuse", id, to: "opener", why } });
      return;
    }
    const tunnel = this.#end(id, "member");
    this.#send({ head: { t: "accept", id, to: "opener" } });
    take(tunnel);
  }

  receive(head: OnTunnel | Nobody, tail: Uint8Array | undefined): void {
    if (head.t === "nobody" || head.t === "accept" || head.t === "refuse")
      return this.#receiveReply(head);
    const tunnel = this.#ends.get(`${head.to}:${head.id}`);
    if (head.t === "data") tunnel?.receive(head.n, tail ?? new Uint8Array());
    else if (head.t === "credit") tunnel?.receiveCredit(head.bytes);
    else tunnel?.receiveEnd(head.why);
  }

  #receiveReply(head: Nobody | (OnTunnel & { t: "accept" | "refuse" })): void {
    const opening = this.#opening.get(head.id);
    if (head.t === "accept") opening?.settle();
    else if (head.t === "refuse") opening?.settle(new RemoteError(head.why));
    else opening?.settle(new NobodyServes("Nobody takes tunnels there."));
  }

  abandon(why: string): void {
    for (const { settle } of [...this.#opening.values()]) settle(new NoAnswer(why));
    for (const tunnel of [...this.#ends.values()]) tunnel.receiveEnd(why);
  }

  #end(id: string, side: End): TunnelEnd {
    const to: End = side === "opener" ? "member" : "opener";
    const key = `${side}:${id}`;
    const tunnel = new TunnelEnd({
      data: (n, bytes) => void this.#send({ head: { t: "data", id, to, n }, tail: bytes }),
      credit: (bytes) => void this.#send({ head: { t: "credit", id, to, bytes } }),
      end: (why) =>
        void this.#send({ head: { t: "end", id, to, ...(why === undefined ? {} : { why }) } }),
    });
    this.#ends.set(key, tunnel);
    void tunnel.closed.then((why) => {
      this.#ends.delete(key);
      if (side === "opener")
        this.#opening.get(id)?.settle(new NoAnswer(why ?? "The other side left."));
    });
    return tunnel;
  }
}
