import type { Socket, SocketHandler } from "bun";
import { passInterim } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import { parsed } from "./head.ts";
import type { Instance } from "./instance.ts";
import { Outbox } from "./outbox.ts";
import type { Plane } from "./plane.ts";
import { badResponse, drained } from "./refusal.ts";
import { ResponseHead } from "./response-head.ts";
import { upstreamExpired, upstreamLost } from "./tries.ts";

/** One connection to an instance. It serves one exchange at a time and waits in the pool between them. */
export class Upstream {
  readonly instance: Instance;
  readonly plane: Plane;
  readonly out = new Outbox();
  readonly head: ResponseHead;
  socket: Socket<Upstream> | undefined = undefined;
  exchange: Exchange | undefined = undefined;
  deadline = 0;
  idleSince = 0;
  /** How many exchanges it has served: one that served before may turn out to be closed already. */
  served = 0;
  /** Has the instance said anything to the current exchange? */
  hasHeard = false;
  inBody = false;
  isClosed = false;
  isPaused = false;
  endsAfterFlush = false;
  #partialHead: Buffer | undefined = undefined;

  constructor(plane: Plane, instance: Instance) {
    this.plane = plane;
    this.instance = instance;
    this.head = new ResponseHead(plane.responseLimits);
  }

  connect(exchange: Exchange, timeoutMs: number): void {
    this.exchange = exchange;
    this.instance.open++;
    this.plane.upstreams.add(this);
    this.deadline = this.plane.now + timeoutMs;
    Bun.connect<Upstream>({
      hostname: this.instance.host,
      port: this.instance.port,
      data: this,
      allowHalfOpen: true,
      socket: upstreamEvents,
    }).catch(() => {}); // `connectError` has told already.
  }

  /** Stands for a connection that there is not: what comes over it is what its maker says. */
  pretend(exchange: Exchange): void {
    this.instance.open++;
    this.plane.upstreams.add(this);
    exchange.upstream = this;
    this.begin(exchange);
  }

  begin(exchange: Exchange): void {
    this.exchange = exchange;
    this.hasHeard = false;
    this.inBody = false;
    this.head.reset(0, this.plane.responseLimits);
  }

  opened(socket: Socket<Upstream>): void {
    this.socket = socket;
    if (this.isClosed) {
      socket.terminate();
      return;
    }
    this.deadline = 0;
    const { exchange } = this;
    if (exchange === undefined) this.close();
    else {
      this.begin(exchange);
      exchange.connected(this);
    }
  }

  /** False when the sender should pause. */
  write(bytes: Buffer, from: number, to: number, borrowed: boolean): boolean {
    if (this.socket === undefined || this.isClosed) return false;
    return this.out.write(this.socket, bytes, from, to, borrowed);
  }

  drained(): void {
    if (this.socket === undefined || this.isClosed || this.out.bytes === 0) return;
    const isEmpty = this.out.flush(this.socket);
    this.exchange?.upstreamTook();
    if (isEmpty && this.endsAfterFlush) this.socket.shutdown();
  }

  received(chunk: Buffer): void {
    const { exchange } = this;
    if (exchange === undefined) {
      this.terminate(); // Nobody asked: what it says now would be taken for the next answer.
      return;
    }
    if (exchange.pace === undefined) this.heard(chunk);
    else exchange.pace.take(this, chunk);
  }

  /** Something of the answer came. */
  heard(chunk: Buffer): void {
    const { exchange } = this;
    if (exchange === undefined) return;
    this.hasHeard = true;
    if (this.inBody) exchange.responseBody(chunk, 0, chunk.length);
    else this.#readHead(exchange, chunk);
  }

  #readHead(exchange: Exchange, chunk: Buffer): void {
    const { head } = this;
    const bytes =
      this.#partialHead === undefined ? chunk : Buffer.concat([this.#partialHead, chunk]);
    this.#partialHead = undefined;
    for (;;) {
      const said = head.parse(bytes, bytes.length);
      if (said === parsed.more) {
        this.#partialHead = bytes;
        return;
      }
      if (said === parsed.bad) {
        exchange.failed(badResponse(head.problem));
        return;
      }
      if (head.status >= 200 || head.status === 101) break;
      passInterim(exchange, head, bytes);
      if (this.exchange !== exchange) return;
      head.reset(head.bodyStart, this.plane.responseLimits);
      if (head.base === bytes.length) {
        head.reset(0, this.plane.responseLimits);
        return;
      }
    }
    this.inBody = true;
    exchange.responded(head, bytes);
  }

  /** The instance sends no more. */
  ended(): void {
    if (this.exchange?.pace?.ends() === true) return;
    if (this.exchange !== undefined) this.exchange.upstreamEnded(this);
    else this.close();
  }

  closed(): void {
    if (this.isClosed) return;
    this.#leave();
    const { exchange } = this;
    this.exchange = undefined;
    if (exchange !== undefined) upstreamLost(exchange, this);
  }

  expired(): void {
    this.deadline = 0;
    if (this.exchange === undefined) this.close();
    else upstreamExpired(this.exchange, this);
  }

  /** The instance was withdrawn, and the time to finish is over. */
  cutOff(): void {
    if (this.exchange === undefined) this.close();
    else this.exchange.failed(drained);
  }

  pause(): void {
    if (this.isPaused || this.isClosed) return;
    this.isPaused = true;
    this.socket?.pause();
  }
  resume(): void {
    if (!this.isPaused || this.isClosed) return;
    this.isPaused = false;
    this.socket?.resume();
  }

  /** Sends what waits, then says that no more comes; the instance may still answer. */
  endWriting(): void {
    if (this.out.bytes > 0) this.endsAfterFlush = true;
    else this.socket?.shutdown();
  }

  /** Back to the pool, or closed where the pool has no place for it. */
  release(mayReuse: boolean): void {
    this.exchange = undefined;
    const { instance, plane } = this;
    this.resume();
    const full = instance.idle.length >= plane.config.limits.idleConnectionsPerInstanceMax;
    if (!mayReuse || this.isClosed || full || instance.isGone || plane.isDraining) {
      this.close();
      return;
    }
    this.served++;
    this.idleSince = plane.now;
    this.deadline = plane.now + plane.config.limits.upstreamKeepAliveMs;
    instance.idle.push(this);
  }

  close(): void {
    if (this.isClosed) return;
    this.#leave();
    this.socket?.end();
  }

  /** At once, with a reset: the instance must notice that nobody listens any more. */
  terminate(): void {
    if (this.isClosed) return;
    this.#leave();
    this.socket?.terminate();
  }

  #leave(): void {
    this.isClosed = true;
    this.deadline = 0;
    this.instance.open--;
    this.instance.forget(this);
    this.plane.upstreams.delete(this);
    this.out.drop();
  }
}

/** A socket half closed by us stays until the other side closes too; those are cut off when they linger. */
const upstreamEvents: SocketHandler<Upstream> = {
  open: (socket) => socket.data.opened(socket),
  data: (socket, chunk) => {
    if (!socket.data.isClosed) socket.data.received(chunk);
  },
  drain: (socket) => socket.data.drained(),
  end: (socket) => {
    if (socket.data.isClosed) socket.end();
    else socket.data.ended();
  },
  close: (socket) => socket.data.closed(),
  error: (socket, error) => {
    process.stderr.write(`gateway: ${error.stack ?? error.message}\n`);
    socket.terminate();
  },
  connectError: (socket, error) => {
    const upstream = socket.data;
    if (upstream.isClosed) return;
    const { exchange } = upstream;
    if (exchange !== undefined)
      exchange.connectProblem = (error as Error & { code?: string }).code ?? error.message;
    upstream.closed();
  },
};
