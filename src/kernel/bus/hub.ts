import {
  type End,
  type Frame,
  isOnTunnel,
  type OnTunnel,
  type Send,
  type Takes,
  type ToEndpoint,
  type ToHub,
} from "./frames.ts";
import { ByPattern } from "./patterns.ts";

type Peer = {
  name: string;
  send: Send<ToEndpoint>;
  members: Map<number, Member>;
};
type Member = {
  peer: Peer;
  id: number;
  name: string;
  takes: readonly Takes[];
  busy: number;
  lastUsed: number;
};
type Call = { asker: Peer; askId: number; member: Member };
type Ends = Record<End, Peer>;

/** What a link holds of the hub: where to put its frames, and how to say that it is gone. */
export type Attached = { receive(frame: Frame<ToHub>): void; detach(): void };

/** Knows who listens, who serves and who waits for what; carries frames between the endpoints attached to it. */
export class Hub {
  readonly #peers = new Set<Peer>();
  readonly #listeners = new ByPattern<Peer>();
  readonly #clusters = new Map<string, Set<Member>>();
  readonly #calls = new Map<number, Call>();
  readonly #tunnels = new Map<string, Ends>();
  #count = 0;

  attach(name: string, send: Send<ToEndpoint>): Attached {
    const peer: Peer = { name, send, members: new Map() };
    const patterns = new Set<string>();
    this.#peers.add(peer);
    return {
      receive: ({ head, tail }) => {
        if (!this.#peers.has(peer)) return;
        if (head.t === "sub") {
          patterns.add(head.pattern);
          this.#listeners.add(head.pattern, peer);
        } else if (head.t === "unsub") {
          patterns.delete(head.pattern);
          this.#listeners.remove(head.pattern, peer);
        } else this.#route(peer, head, tail);
      },
      detach: () => {
        if (!this.#peers.delete(peer)) return;
        for (const pattern of patterns) this.#listeners.remove(pattern, peer);
        this.#forgetPeer(peer);
      },
    };
  }

  #route(peer: Peer, head: ToHub, tail: Uint8Array | undefined): void {
    if (isOnTunnel(head)) return this.#through(peer, head, tail);
    switch (head.t) {
      case "pub":
        return this.#publish(peer, head.topic, head.body);
      case "cast":
        return this.#broadcast(peer, head);
      case "ask":
        return this.#ask(peer, head);
      case "answer":
      case "fail":
        return this.#settle(peer, head);
      case "join":
        return this.#join(peer, head);
      case "leave":
        return this.#leave(peer, head.member);
      case "open":
        return this.#open(peer, head.id, head.name);
      default: // A forgotten question still occupies its member until that one answers.
    }
  }

  #publish(from: Peer, topic: string, body: unknown): void {
    for (const peer of new Set(this.#listeners.hearing(topic)))
      peer.send({ head: { t: "heard", topic, body, from: from.name } });
  }

  #broadcast({ name: from }: Peer, cast: ToHub & { t: "cast" }): void {
    for (const { peer, id } of this.#members(cast.name, "broadcast"))
      peer.send({ head: { ...cast, member: id, from } });
  }

  #ask(asker: Peer, ask: ToHub & { t: "ask" }): void {
    const able = this.#members(ask.name, "request");
    const chosen = ask.all ? able : able.slice(0, 1);
    asker.send({ head: { t: "asked", id: ask.id, count: chosen.length } });
    for (const member of chosen) {
      const call = ++this.#count;
      this.#use(member);
      member.busy++;
      this.#calls.set(call, { asker, askId: ask.id, member });
      const { name, body } = ask;
      const sent = member.peer.send({
        head: { t: "ask", call, member: member.id, name, body, from: asker.name },
      });
      if (!sent) this.#lose(call, this.#calls.get(call));
    }
  }

  #settle(from: Peer, head: ToHub & { t: "answer" | "fail" }): void {
    const made = this.#calls.get(head.call);
    if (made?.member.peer !== from) return;
    this.#calls.delete(head.call);
    made.member.busy--;
    const to = { id: made.askId, from: from.name };
    made.asker.send({
      head:
        head.t === "answer"
          ? { t: "answer", ...to, body: head.body }
          : { t: "fail", ...to, why: head.why },
    });
  }

  #lose(call: number, made: Call | undefined): void {
    if (made === undefined) return;
    this.#calls.delete(call);
    made.member.busy--;
    made.asker.send({ head: { t: "lost", id: made.askId, from: made.member.peer.name } });
  }

  #join(peer: Peer, { name, member: id, takes }: ToHub & { t: "join" }): void {
    const member: Member = { peer, id, name, takes, busy: 0, lastUsed: ++this.#count };
    peer.members.set(id, member);
    const cluster = this.#clusters.get(name) ?? new Set();
    this.#clusters.set(name, cluster.add(member));
  }

  #leave(peer: Peer, id: number): void {
    const member = peer.members.get(id);
    if (member === undefined) return;
    peer.members.delete(id);
    const cluster = this.#clusters.get(member.name);
    cluster?.delete(member);
    if (cluster?.size === 0) this.#clusters.delete(member.name);
  }

  #open(opener: Peer, id: string, name: string): void {
    const [member] = this.#members(name, "tunnel");
    if (member === undefined || this.#tunnels.has(id)) {
      opener.send({ head: { t: "nobody", id } });
      return;
    }
    this.#use(member);
    this.#tunnels.set(id, { opener, member: member.peer });
    member.peer.send({ head: { t: "open", id, member: member.id } });
  }

  #through(from: Peer, head: OnTunnel, tail: Uint8Array | undefined): void {
    const ends = this.#tunnels.get(head.id);
    if (ends?.[head.to === "opener" ? "member" : "opener"] !== from) return;
    if (head.t === "end" || head.t === "refuse") this.#tunnels.delete(head.id);
    ends[head.to].send(tail === undefined ? { head } : { head, tail });
  }

  /** Who can take this, the least busy first, and among those who waited longest. */
  #members(name: string, what: Takes): Member[] {
    return [...(this.#clusters.get(name) ?? [])]
      .filter(({ takes }) => takes.includes(what))
      .sort((a, b) => a.busy - b.busy || a.lastUsed - b.lastUsed);
  }

  #use(member: Member): void {
    member.lastUsed = ++this.#count;
  }

  #forgetPeer(gone: Peer): void {
    for (const id of [...gone.members.keys()]) this.#leave(gone, id);
    for (const [call, made] of this.#calls) {
      if (made.member.peer === gone) this.#lose(call, made);
      else if (made.asker === gone) {
        this.#calls.delete(call);
        made.member.busy--;
      }
    }
    const why = `${gone.name} left`;
    for (const [id, ends] of this.#tunnels) {
      if (ends.opener !== gone && ends.member !== gone) continue;
      this.#tunnels.delete(id);
      const to: End = ends.opener === gone ? "member" : "opener";
      ends[to].send({ head: { t: "end", id, to, why } });
    }
  }
}
