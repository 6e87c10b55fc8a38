import type { Clock } from "../clock/clock.ts";
import { type Bus, type Limits, type Message, NobodyServes, type Tunnel } from "./bus.ts";
import { Calls } from "./calls.ts";
import {
  type Frame,
  isOnTunnel,
  isReply,
  type Send,
  type Takes,
  type ToEndpoint,
  type ToHub,
} from "./frames.ts";
import { Inbox } from "./inbox.ts";
import { ByPattern } from "./patterns.ts";
import { Tunnels } from "./tunnels.ts";

export type Serving = Parameters<Bus["serve"]>[1];
type Listener = { hear: (message: Message) => void | Promise<void>; inbox: Inbox };
type Member = { name: string; by: Serving; inbox: Inbox };

/** The way to a hub. */
export type Link = { send: Send<ToHub>; close(): void };

/** Hears of bugs that no answer can carry: a listener that throws, a peer that talks nonsense. */
export type OnBusError = (error: unknown, where: string) => void;
export const reportBusError: OnBusError = (error, where) =>
  void process.stderr.write(`bus: ${where}: ${error instanceof Error ? error.stack : error}\n`);

/** One process's side of the bus. Works over any link to a hub, and over none: what it says then is dropped. */
export class Endpoint implements Bus {
  readonly #listeners = new ByPattern<Listener>();
  readonly #members = new Map<number, Member>();
  readonly #onError: OnBusError;
  readonly #calls: Calls;
  readonly #tunnels: Tunnels;
  #link: Link | undefined;
  #memberCount = 0;
  #dropped = 0;

  constructor(clock: Clock, onError: OnBusError) {
    this.#onError = onError;
    const send: Send<ToHub> = (frame) => this.#send(frame);
    this.#calls = new Calls(clock, send);
    this.#tunnels = new Tunnels(clock, send);
  }

  /** How many frames went nowhere: no link, or a link too slow. */
  get dropped(): number {
    return this.#dropped;
  }

  /** A link is there: says again who listens and serves here. */
  attach(link: Link): void {
    this.#link = link;
    for (const pattern of this.#listeners.patterns()) this.#send({ head: { t: "sub", pattern } });
    for (const [id, member] of this.#members) this.#join(id, member);
  }

  /** The link is gone: questions get no answer, tunnels end. */
  detach(why: string): void {
    this.#link = undefined;
    this.#calls.abandon(why);
    this.#tunnels.abandon(why);
  }

  publish(topic: string, body: unknown): void {
    this.#send({ head: { t: "pub", topic, body } });
  }

  broadcast(name: string, body: unknown): void {
    this.#send({ head: { t: "cast", name, body } });
  }

  subscribe(pattern: string, hear: Listener["hear"], limits?: Limits): () => void {
    const inbox = new Inbox(limits, (error) => this.#onError(error, `a listener of ${pattern}`));
    const listener = { hear, inbox };
    if (this.#listeners.add(pattern, listener)) this.#tell({ t: "sub", pattern });
    return () => {
      inbox.close();
      if (this.#listeners.remove(pattern, listener)) this.#tell({ t: "unsub", pattern });
    };
  }

  serve(name: string, by: Serving, limits?: Limits): () => void {
    const inbox = new Inbox(limits, (error) => this.#onError(error, `a member of ${name}`));
    const id = ++this.#memberCount;
    const member = { name, by, inbox };
    this.#members.set(id, member);
    this.#join(id, member);
    return () => {
      inbox.close();
      if (this.#members.delete(id)) this.#tell({ t: "leave", member: id });
    };
  }

  request(name: string, body: unknown, of: Parameters<Bus["request"]>[2]): Promise<unknown> {
    if (this.#link === undefined)
      return Promise.reject(new NobodyServes(`${name}: not connected to the bus`));
    return this.#calls.request(name, body, of);
  }

  gather(
    name: string,
    body: unknown,
    of: Parameters<Bus["gather"]>[2],
  ): AsyncIterable<{ from: string; body: unknown }> {
    return this.#calls.gather(name, body, of, this.#link !== undefined);
  }

  open(name: string, of: { timeoutMs: number }): Promise<Tunnel> {
    if (this.#link === undefined)
      return Promise.reject(new NobodyServes(`${name}: not connected to the bus`));
    return this.#tunnels.open(name, of.timeoutMs);
  }

  close(): Promise<void> {
    for (const { inbox } of this.#members.values()) inbox.close();
    const link = this.#link;
    this.detach("the bus is closed");
    link?.close();
    return Promise.resolve();
  }

  receive({ head, tail }: Frame<ToEndpoint>): void {
    if (isOnTunnel(head) || head.t === "nobody") return this.#tunnels.receive(head, tail);
    if (isReply(head)) return this.#calls.receive(head);
    switch (head.t) {
      case "heard":
        return this.#hear({ topic: head.topic, body: head.body, from: head.from });
      case "cast":
        return this.#hearBroadcast(head);
      case "ask":
        return this.#answer(head);
      case "open":
        return this.#tunnels.accept(head.id, this.#members.get(head.member)?.by.tunnel);
      default: // The handshake is the link's business.
    }
  }

  #hear(message: Message): void {
    for (const { hear, inbox } of this.#listeners.hearing(message.topic))
      inbox.take(() => hear(message));
  }

  #hearBroadcast({ member: id, name, body, from }: ToEndpoint & { t: "cast" }): void {
    const member = this.#members.get(id);
    member?.inbox.take(() => member.by.broadcast?.({ topic: name, body, from }));
  }

  #answer({ call, member: id, name, body, from }: ToEndpoint & { t: "ask" }): void {
    const member = this.#members.get(id);
    const answer = member?.by.request;
    const link = this.#link;
    // The number of a call means something to the hub that asked only: never answer it over another link.
    const reply = (head: ToHub): boolean => this.#link === link && this.#send({ head });
    const fail = (why: string): boolean => reply({ t: "fail", call, why });
    if (member === undefined || answer === undefined) {
      fail(`${name} is no longer served here`);
      return;
    }
    const taken = member.inbox.take(async () => {
      try {
        const answered = await answer({ topic: name, body, from });
        reply({ t: "answer", call, body: answered ?? null });
      } catch (error) {
        fail(error instanceof Error ? error.message : String(error));
      }
    });
    if (!taken) fail(`${name} has more requests waiting than it takes`);
  }

  #join(id: number, { name, by }: Member): void {
    const takes: Takes[] = [];
    if (by.request) takes.push("request");
    if (by.broadcast) takes.push("broadcast");
    if (by.tunnel) takes.push("tunnel");
    this.#tell({ t: "join", name, member: id, takes });
  }

  /** Standing facts are not lost without a link: `attach` says them again. */
  #tell(head: ToHub): void {
    if (this.#link !== undefined) this.#send({ head });
  }

  #send(frame: Frame<ToHub>): boolean {
    const sent = this.#link?.send(frame) ?? false;
    if (!sent) this.#dropped++;
    return sent;
  }
}
