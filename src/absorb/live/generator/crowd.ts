import { outcome, tokenKind } from "../contract/shape.ts";
import { batchAckHeadBytes, frameKind } from "../wire/frames.ts";
import type { SipKey } from "../wire/sip-hash.ts";
import { tokenBytes, writeToken } from "../wire/token.ts";
import { batchFrame, clientFrame, handshake, hello } from "./frames.ts";
import { type CrowdPlan, Script } from "./plan.ts";

export type CrowdOptions = {
  hostname: string;
  port: number;
  run: string;
  key: SipKey;
  plan: CrowdPlan;
  connections: number;
  /** Answers in one frame. */
  batch: number;
  /** Frames on their way on one connection. */
  inFlight: number;
  /** Answers that are due so many seconds after the start; without, as fast as they are acknowledged. */
  due?: (seconds: number) => number;
  /** Stops before all is sent. */
  secondsMax?: number;
};

export type CrowdFigures = {
  sent: number;
  acked: number;
  /** By outcome. */
  outcomes: number[];
  seconds: number;
  /** Of a frame, from when it was due or sent until its ack. */
  ackMs: { p50: number; p99: number; max: number };
  /** Connections that ended before they were told to. */
  lost: number;
  /** Processor seconds of this process. */
  cpuSeconds: number;
};

const outcomeCount = Object.keys(outcome).length;
const binMs = 0.1;
const bins = 50_000;

type Wire = {
  socket: Bun.Socket<Wire>;
  frame: ReturnType<typeof batchFrame>;
  /** Sent when, in order, of what is not acknowledged yet. */
  sentAt: number[];
  /** What was sent under which number: `first` answer of the script in it, and how many. */
  flights: Map<number, { first: number; count: number }>;
  rest: Uint8Array | undefined;
  isReady: boolean;
};

/** Answers that are sent as the crowd's plan says, over connections of relays; resolves when all are acknowledged or the time is over. */
export class Crowd {
  /** What was told of each answer of the script: outcome and choice in one byte, as in an ack; 255 until then. */
  readonly told: Uint8Array;
  readonly script: Script;
  private readonly of: CrowdOptions;
  readonly tokens: Uint8Array;
  /** See `Script.write`. */
  readonly choices: Uint8Array;
  private readonly outcomes: number[] = Array.from({ length: outcomeCount }, () => 0);
  private readonly took = new Uint32Array(bins);
  private readonly wires: Wire[] = [];
  private readonly done = Promise.withResolvers<void>();
  private next = 0;
  private acked = 0;
  private maxMs = 0;
  private number = 0;
  private lost = 0;
  private isOver = false;

  constructor(of: CrowdOptions) {
    this.of = of;
    this.script = new Script(of.plan);
    ({ tokens: this.tokens, choices: this.choices } = this.script.write(of.key));
    this.told = new Uint8Array(this.script.length).fill(255);
  }

  /** Connects everybody; nothing is answered yet. */
  async connect(): Promise<void> {
    const { hostname, port, run, connections, batch } = this.of;
    const greeting = this.greeting();
    for (let n = 0; n < connections; n++) {
      const ready = Promise.withResolvers<void>();
      const wire: Omit<Wire, "socket"> = {
        ...{ frame: batchFrame(batch), sentAt: [], flights: new Map(), rest: undefined },
        isReady: false,
      };
      const socket = await Bun.connect<Wire>({
        ...{ hostname, port },
        socket: {
          binaryType: "uint8array",
          open: (socket) => {
            socket.data = Object.assign(wire, { socket });
            socket.write(handshake(`/live/${run}/ws`, `${hostname}:${port}`));
          },
          data: (socket, bytes) => {
            if (socket.data.isReady) return this.hear(socket.data, bytes);
            if (!isSwitching(bytes)) return ready.reject(new Error(textOf(bytes).slice(0, 200)));
            socket.data.isReady = true;
            socket.write(greeting);
            ready.resolve();
          },
          close: () => this.leave(),
          error: () => this.leave(),
        },
      });
      await ready.promise;
      this.wires.push(socket.data);
    }
  }

  get ackedCount(): number {
    return this.acked;
  }

  /** Sends nothing more; `answer` gives what came of it until now. */
  stop(): void {
    this.done.resolve();
  }

  /** What acks took until now does not count: whoever measures begins when all is warm. */
  forgetTimes(): void {
    this.took.fill(0);
    this.maxMs = 0;
  }

  private greeting(): Uint8Array {
    const token = new Uint8Array(tokenBytes);
    const { node, expiresS } = this.of.plan;
    writeToken(
      this.of.key,
      { kind: tokenKind.relay, node, index: 0, group: 0, expiresS },
      token,
      0,
    );
    return hello(token);
  }

  private leave(): void {
    if (this.isOver) return;
    this.lost++;
    if (this.lost === this.wires.length) this.done.resolve();
  }

  async answer(): Promise<CrowdFigures> {
    const began = performance.now();
    const cpu = process.cpuUsage();
    const { due, secondsMax = Infinity, inFlight } = this.of;
    const end = setTimeout(() => this.done.resolve(), Math.min(secondsMax * 1_000, 2 ** 31 - 1));
    if (due) this.pace(began, due);
    else
      for (let n = 0; n < inFlight; n++)
        for (const wire of this.wires) this.send(wire, performance.now());
    await this.done.promise;
    clearTimeout(end);
    this.isOver = true;
    const seconds = (performance.now() - began) / 1_000;
    const used = process.cpuUsage(cpu);
    for (const { socket } of this.wires) socket.end();
    return {
      ...{ sent: this.next, acked: this.acked, outcomes: this.outcomes, seconds, lost: this.lost },
      ackMs: { p50: this.quantile(0.5), p99: this.quantile(0.99), max: this.maxMs },
      cpuSeconds: (used.user + used.system) / 1e6,
    };
  }

  /** Sends what is due, whoever is free or not: a crowd does not wait for the server. */
  private pace(began: number, due: (seconds: number) => number): void {
    let turn = 0;
    const tick = (): void => {
      if (this.isOver) return;
      const now = performance.now();
      const wanted = Math.min(this.script.length, due((now - began) / 1_000));
      while (this.next < wanted) {
        const wire = this.wires[turn++ % this.wires.length];
        if (!wire || this.lost === this.wires.length) return;
        this.send(wire, now);
      }
      setTimeout(tick, 1);
    };
    tick();
  }

  private send(wire: Wire, at: number): void {
    const { frame } = wire;
    const first = this.next;
    const count = Math.min(this.of.batch, this.script.length - first);
    if (count <= 0 || this.isOver) return;
    this.next += count;
    const whole = count === this.of.batch ? frame : (wire.frame = batchFrame(count));
    const { bytes } = whole;
    const number = this.number++ >>> 0;
    writeUint32(bytes, whole.numberAt, number);
    const { tokens, choices } = this;
    for (let n = 0; n < count; n++) {
      const at = whole.answerAt(n);
      const from = (first + n) * tokenBytes;
      // Faster than a view of each token.
      for (let i = 0; i < tokenBytes; i++) bytes[at + i] = tokens[from + i] as number;
      bytes[at + tokenBytes] = this.of.plan.question;
      bytes[at + tokenBytes + 1] = (choices[first + n] as number) & 15;
    }
    wire.sentAt.push(at);
    wire.flights.set(number, { first, count });
    const wrote = wire.socket.write(bytes);
    if (wrote < bytes.length) this.finish(wire, bytes.slice(Math.max(0, wrote)));
  }

  /** The kernel took a part only; rare, since one frame at a time is on its way. */
  private finish(wire: Wire, rest: Uint8Array): void {
    const wrote = Math.max(0, wire.socket.write(rest));
    if (wrote < rest.length) setTimeout(() => this.finish(wire, rest.subarray(wrote)), 1);
  }

  private hear(wire: Wire, chunk: Uint8Array): void {
    const bytes = wire.rest ? joined(wire.rest, chunk) : chunk;
    wire.rest = undefined;
    let at = 0;
    while (at + 2 <= bytes.length) {
      const short = (bytes[at + 1] as number) & 127;
      const head = short < 126 ? 2 : 4;
      if (at + head > bytes.length) break;
      const length =
        short < 126 ? short : ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
      if (at + head + length > bytes.length) break;
      this.take(wire, bytes, at + head, length);
      at += head + length;
    }
    if (at < bytes.length) wire.rest = bytes.slice(at);
  }

  private take(wire: Wire, bytes: Uint8Array, at: number, length: number): void {
    if (bytes[at] === frameKind.probe) {
      const echo = bytes.slice(at, at + length);
      echo[0] = frameKind.echo;
      wire.socket.write(clientFrame(echo));
      return;
    }
    if (bytes[at] !== frameKind.batchAck) return;
    const now = performance.now();
    const number = readUint32(bytes, at + 4);
    const flight = wire.flights.get(number);
    if (!flight) return;
    wire.flights.delete(number);
    const tookMs = now - (wire.sentAt.shift() ?? now);
    this.maxMs = Math.max(this.maxMs, tookMs);
    const bin = Math.min(bins - 1, Math.floor(tookMs / binMs));
    this.took[bin] = (this.took[bin] as number) + 1;
    for (let n = 0; n < flight.count; n++) {
      const said = bytes[at + batchAckHeadBytes + n] as number;
      this.told[flight.first + n] = said;
      this.outcomes[said >> 4] = (this.outcomes[said >> 4] ?? 0) + 1;
    }
    this.acked += flight.count;
    if (this.acked === this.script.length) this.done.resolve();
    else if (!this.of.due) this.send(wire, now);
  }

  private quantile(share: number): number {
    let left = share * this.took.reduce((sum, each) => sum + each, 0);
    const bin = this.took.findIndex((count) => (left -= count) <= 0);
    return (bin + 1) * binMs;
  }
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const isSwitching = (bytes: Uint8Array): boolean =>
  textOf(bytes.subarray(0, 12)) === "HTTP/1.1 101";

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 0xff;
  bytes[at + 1] = (value >>> 8) & 0xff;
  bytes[at + 2] = (value >>> 16) & 0xff;
  bytes[at + 3] = value >>> 24;
}

const readUint32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)) >>>
  0;
