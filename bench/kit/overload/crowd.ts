import { DDSketch } from "@datadog/sketches-js";
import type { Socket } from "bun";

/** What visitors got in one tenth of a second, by when they wanted it. */
export type Slot = { wanted: number; served: number; p99Ms: number };
export type CrowdReport = {
  wanted: number;
  /** A whole answer of 200. */
  served: number;
  /** Of those, before the last one came. */
  servedInTime: number;
  /** An answer of another status: a quick no. */
  refused: number;
  /** Cut off, or left after their patience was over, or found no connection. */
  lost: number;
  seconds: number;
  servedMs: { p50: number; p99: number };
  refusedMs: { p50: number; p99: number };
  slots: Slot[];
  /** Of those served in one second, for each. */
  p99MsPerSecond: number[];
};

const slotMs = 100;
const slotsPerSecond = 10;
const connectionsMax = 2_000;
const patienceMs = 2_000;
const request = Buffer.from("GET / HTTP/1.1\r\nHost: site.example\r\n\r\n");
const headEnd = Buffer.from("\r\n\r\n");

const p99Of = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;

type Visit = { wantedAt: number; slot: number };
type Wire = { visit: Visit | undefined; left: number; status: number; head: Buffer | undefined };

/** An open loop: visitors come when they come, however long the others wait; times count from when they wanted to come. */
class Crowd {
  readonly #port: number;
  readonly #idle: Socket<Wire>[] = [];
  readonly #busy = new Set<Socket<Wire>>();
  #open = 0;
  #served = 0;
  #servedInTime = 0;
  #refused = 0;
  #lost = 0;
  #wanted = 0;
  readonly #servedMs = new DDSketch({ relativeAccuracy: 0.01 });
  readonly #refusedMs = new DDSketch({ relativeAccuracy: 0.01 });
  readonly #slots: { wanted: number; times: number[] }[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  async run(perSecond: number, seconds: number): Promise<CrowdReport> {
    const startedAt = performance.now();
    const all = Math.round(perSecond * seconds);
    while (this.#wanted < all) {
      const now = performance.now();
      const due = Math.min(all, Math.floor(((now - startedAt) / 1_000) * perSecond));
      while (this.#wanted < due) this.#come(startedAt, (this.#wanted * 1_000) / perSecond);
      this.#losePatience(now);
      await Bun.sleep(1);
    }
    const took = (performance.now() - startedAt) / 1_000;
    this.#servedInTime = this.#served;
    const until = performance.now() + patienceMs;
    while (this.#busy.size > 0 && performance.now() < until) await Bun.sleep(5);
    this.#losePatience(Infinity);
    const quantiles = (of: DDSketch) => ({
      p50: of.count === 0 ? 0 : of.getValueAtQuantile(0.5),
      p99: of.count === 0 ? 0 : of.getValueAtQuantile(0.99),
    });
    return {
      ...{ wanted: this.#wanted, served: this.#served, refused: this.#refused },
      servedInTime: this.#servedInTime,
      ...{ lost: this.#lost, seconds: took },
      servedMs: quantiles(this.#servedMs),
      refusedMs: quantiles(this.#refusedMs),
      slots: this.#slots.map(({ wanted, times }) => ({
        wanted,
        served: times.length,
        p99Ms: p99Of(times),
      })),
      p99MsPerSecond: Array.from(
        { length: Math.ceil(this.#slots.length / slotsPerSecond) },
        (_, i) =>
          p99Of(
            this.#slots
              .slice(i * slotsPerSecond, (i + 1) * slotsPerSecond)
              .flatMap(({ times }) => times),
          ),
      ),
    };
  }

  #come(startedAt: number, afterMs: number): void {
    const slot = Math.floor(afterMs / slotMs);
    (this.#slots[slot] ??= { wanted: 0, times: [] }).wanted++;
    this.#wanted++;
    const visit = { wantedAt: startedAt + afterMs, slot };
    const socket = this.#idle.pop();
    if (socket !== undefined) this.#ask(socket, visit);
    else if (this.#open < connectionsMax) this.#dial(visit);
    else this.#lost++;
  }

  #ask(socket: Socket<Wire>, visit: Visit): void {
    Object.assign(socket.data, { visit, left: -1, head: undefined });
    this.#busy.add(socket);
    socket.write(request);
  }

  #dial(visit: Visit): void {
    this.#open++;
    const data: Wire = { visit, left: -1, status: 0, head: undefined };
    Bun.connect<Wire>({
      hostname: "127.0.0.1",
      port: this.#port,
      data,
      socket: {
        open: (socket) => this.#ask(socket, visit),
        data: (socket, chunk) => this.#heard(socket, chunk),
        close: (socket) => this.#closed(socket),
        error: () => {},
        connectError: () => {
          this.#open--;
          this.#lost++;
        },
      },
    }).catch(() => {});
  }

  #heard(socket: Socket<Wire>, chunk: Buffer): void {
    const wire = socket.data;
    let rest = chunk.length;
    if (wire.left < 0) {
      const head = wire.head === undefined ? chunk : Buffer.concat([wire.head, chunk]);
      const end = head.indexOf(headEnd);
      if (end < 0) {
        wire.head = head;
        return;
      }
      const text = head.toString("latin1", 0, end);
      wire.status = Number(text.slice(9, 12));
      wire.left = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      rest = head.length - end - headEnd.length;
    }
    wire.left -= rest;
    if (wire.left <= 0) this.#answered(socket);
  }

  #answered(socket: Socket<Wire>): void {
    const { visit, status } = socket.data;
    if (visit === undefined) return;
    const ms = performance.now() - visit.wantedAt;
    if (status === 200) {
      this.#served++;
      this.#servedMs.accept(Math.max(0.001, ms));
      this.#slots[visit.slot]?.times.push(ms);
    } else {
      this.#refused++;
      this.#refusedMs.accept(Math.max(0.001, ms));
    }
    socket.data.visit = undefined;
    this.#busy.delete(socket);
    this.#idle.push(socket);
  }

  #closed(socket: Socket<Wire>): void {
    this.#open--;
    if (socket.data.visit !== undefined) this.#lost++;
    socket.data.visit = undefined;
    this.#busy.delete(socket);
    const at = this.#idle.indexOf(socket);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  #losePatience(now: number): void {
    for (const socket of this.#busy) {
      const { visit } = socket.data;
      if (visit !== undefined && now - visit.wantedAt < patienceMs) break; // In the order of their asking.
      socket.terminate();
    }
  }
}

if (import.meta.main) {
  const [port = 0, perSecond = 1, seconds = 1] = process.argv.slice(2).map(Number);
  const report = await new Crowd(port).run(perSecond, seconds);
  process.stdout.write(JSON.stringify(report));
  process.exit(0);
}
