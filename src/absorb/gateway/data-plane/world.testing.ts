import type { Socket, TCPSocketListener } from "bun";
import { setDefaultTimeout } from "bun:test";
import type { AdmissionFact } from "./admission/admission.ts";
import type { Fact } from "./ejection.ts";
import { Plane } from "./plane.ts";
import type { GatewaySnapshotInput } from "./snapshot.ts";
import type { Tally } from "./tallies.ts";

const waitMsMax = 20_000;
// A machine that does other things as well is slow, not broken.
setDefaultTimeout(30_000);

/** Resolves once the condition holds; looks again whenever the event loop turns. */
export async function until(condition: () => boolean, what = "the condition"): Promise<void> {
  const giveUpAt = performance.now() + waitMsMax;
  while (!condition()) {
    if (performance.now() > giveUpAt) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((turn) => setTimeout(turn, 2));
  }
}

/** A raw connection, seen from one end: what came, what goes, how it ended. */
export class Wire {
  socket: Socket<Wire> | undefined = undefined;
  received: Buffer = Buffer.alloc(0);
  receivedBytes = 0;
  segments = 0;
  keepsAll = true;
  ended = false;
  closed = false;
  reset = false;
  onData: ((wire: Wire) => void) | undefined = undefined;
  #waiting: Buffer[] = [];

  get text(): string {
    return this.received.toString("latin1");
  }

  send(what: string | Buffer): this {
    this.#waiting.push(typeof what === "string" ? Buffer.from(what, "latin1") : what);
    this.flush();
    return this;
  }
  flush(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const sent = Math.max(0, this.socket?.write(first, 0, first.length) ?? 0);
      if (sent < first.length) {
        this.#waiting[0] = first.subarray(sent);
        return;
      }
      this.#waiting.shift();
    }
  }
  get unsentBytes(): number {
    return this.#waiting.reduce((sum, each) => sum + each.length, 0);
  }

  heard(chunk: Buffer): void {
    this.segments++;
    this.receivedBytes += chunk.length;
    if (this.keepsAll) this.received = Buffer.concat([this.received, chunk]);
    this.onData?.(this);
  }
  /** Says that no more comes, and goes on listening. */
  finish(): void {
    this.socket?.shutdown();
  }
  /** Leaves without a word. */
  hangUp(): void {
    this.socket?.terminate();
  }
  async says(text: string): Promise<string> {
    await until(() => this.text.includes(text), `"${text}" in "${this.text.slice(0, 2_000)}"`);
    return this.text;
  }
  async over(): Promise<string> {
    await until(() => this.ended || this.closed, `the end of "${this.text.slice(0, 2_000)}"`);
    return this.text;
  }
}

const wireEvents = {
  data: (socket: Socket<Wire>, chunk: Buffer) => socket.data.heard(chunk),
  drain: (socket: Socket<Wire>) => socket.data.flush(),
  end: (socket: Socket<Wire>) => {
    socket.data.ended = true;
  },
  close: (socket: Socket<Wire>, error?: Error) => {
    socket.data.closed = true;
    socket.data.reset = error !== undefined;
  },
  error: () => {},
};

export async function dial(port: number): Promise<Wire> {
  const wire = new Wire();
  wire.socket = await Bun.connect<Wire>({
    hostname: "127.0.0.1",
    port,
    data: wire,
    allowHalfOpen: true,
    socket: wireEvents,
  });
  return wire;
}

/** An instance that does exactly what a test tells it; `onData` is called with every connection that says something. */
export class Backend {
  readonly wires: Wire[] = [];
  readonly port: number;
  #listener: TCPSocketListener<Wire>;

  constructor(onData: (wire: Wire, backend: Backend) => void, port = 0) {
    this.#listener = Bun.listen<Wire>({
      hostname: "127.0.0.1",
      port,
      allowHalfOpen: true,
      socket: {
        ...wireEvents,
        open: (socket) => {
          const wire = new Wire();
          wire.socket = socket;
          socket.data = wire;
          wire.onData = () => onData(wire, this);
          this.wires.push(wire);
        },
        end: (socket) => {
          socket.data.ended = true;
          socket.end();
        },
      },
    });
    this.port = this.#listener.port;
  }
  /** Everything it was ever sent, over all connections. */
  get text(): string {
    return this.wires.map((wire) => wire.text).join("");
  }
  get requestCount(): number {
    return this.text.match(/ HTTP\/1\.1\r\n/g)?.length ?? 0;
  }
  stop(): void {
    this.#listener.stop(true);
  }
}

/** Answers each request that has no body at once, counting them per connection. */
export const answering = (answer: string | Buffer): ((wire: Wire) => void) => {
  const answered = new WeakMap<Wire, number>();
  return (wire) => {
    const asked = wire.text.split("\r\n\r\n").length - 1;
    for (let i = answered.get(wire) ?? 0; i < asked; i++) wire.send(answer);
    answered.set(wire, asked);
  };
};

export const ok = (body: string, lines = ""): string =>
  `HTTP/1.1 200 OK\r\n${lines}Content-Length: ${body.length}\r\n\r\n${body}`;
export const get = (path = "/", lines = ""): string =>
  `GET ${path} HTTP/1.1\r\nHost: shop.example\r\n${lines}\r\n`;

/** Sums by name and labels, as text: what a test can ask for. */
export class CountingTally implements Tally {
  readonly counted = new Map<string, number>();
  /** Everything that was counted with these labels, whatever the others are. */
  of(name: string, labels: Record<string, string>): number {
    const asked = Object.entries(labels).map((each) => each.join("="));
    return [...this.counted]
      .filter(([key]) => key.startsWith(`${name} `) || key === name)
      .filter(([key]) => asked.every((each) => key.split(" ").includes(each)))
      .reduce((sum, [, n]) => sum + n, 0);
  }
  sum: Tally["sum"] = (def, labels) => ({ add: (n = 1) => this.#add(keyOf(def.name, labels), n) });
  quantiles: Tally["quantiles"] = (def, labels) => ({
    record: () => this.#add(keyOf(def.name, labels), 1),
  });
  uniques: Tally["uniques"] = (def, labels) => ({
    note: () => this.#add(keyOf(def.name, labels), 1),
  });
  #add(key: string, n: number): void {
    this.counted.set(key, (this.counted.get(key) ?? 0) + n);
  }
}
const keyOf = (name: string, labels: Record<string, string>): string =>
  `${name} ${Object.entries(labels)
    .toSorted()
    .map((each) => each.join("="))
    .join(" ")}`;

export type World = {
  plane: Plane;
  tally: CountingTally;
  facts: Fact[];
  /** What admission told. */
  admitted: AdmissionFact[];
  port: number;
  dial: () => Promise<Wire>;
  /** One request on a connection of its own; the whole answer. */
  ask: (request: string) => Promise<string>;
  snapshot: GatewaySnapshotInput;
  [Symbol.dispose](): void;
};

/** A data plane in this process in front of these instances, which all serve the service `shop`. */
export function world(
  backends: readonly { port: number }[],
  over: {
    snapshot?: Partial<GatewaySnapshotInput>;
    route?: Partial<NonNullable<GatewaySnapshotInput["routes"]>[number]>;
    service?: Partial<NonNullable<GatewaySnapshotInput["services"]>[number]>;
    accessLogPath?: string;
  } = {},
): World {
  const tally = new CountingTally();
  const facts: Fact[] = [];
  const admitted: AdmissionFact[] = [];
  const plane = new Plane({
    tally,
    hash32: (text) => Bun.hash.crc32(text),
    tell: (fact) => ("limit" in fact || "mark" in fact ? admitted.push(fact) : facts.push(fact)),
    chance: () => 0.5,
    ...(over.accessLogPath === undefined ? {} : { accessLogPath: over.accessLogPath }),
  });
  const snapshot: GatewaySnapshotInput = {
    listeners: [{ host: "127.0.0.1", port: 0 }],
    routes: [{ id: "all", service: "shop", ...over.route }],
    services: [
      {
        id: "shop",
        instances: backends.map(({ port }, i) => ({
          id: `shop-${i + 1}`,
          host: "127.0.0.1",
          port,
        })),
        ...over.service,
      },
    ],
    ...over.snapshot,
  };
  plane.apply(snapshot);
  const port = plane.ports()[0] ?? 0;
  const ask = async (request: string): Promise<string> => {
    const wire = await dial(port);
    wire.send(request);
    return wire.over();
  };
  return {
    plane,
    tally,
    facts,
    admitted,
    port,
    snapshot,
    dial: () => dial(port),
    ask,
    [Symbol.dispose]: () => plane.stop(),
  };
}
