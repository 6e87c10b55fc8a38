import type { Socket } from "bun";
import { AnswerReader, type Answer } from "./answer.ts";
import { Malformed } from "./head.ts";

/** Where requests go: an address that was checked, and the name to say there. */
export type Address = { ip: string; port: number; host: string; tls: boolean; verifyTls: boolean };
/** One request, ready to be sent. */
export type Ask = { method: string; bytes: string; keepBody: boolean; timeoutMs: number };

/** Why a visitor saw no answer, as the report counts it. */
export type FailureKind = "refused" | "reset" | "timeout" | "malformed" | "truncated" | "tls";

export class Failed extends Error {
  readonly kind: FailureKind;
  /** True when the server cannot have begun to answer, so that another attempt is harmless. */
  readonly unanswered: boolean;
  constructor(kind: FailureKind, message: string, unanswered = false) {
    super(message);
    this.kind = kind;
    this.unanswered = unanswered;
  }
}

type Waiting = {
  reader: AnswerReader;
  resolve: (answer: Answer) => void;
  reject: (failure: Failed) => void;
  timer: Timer;
};

/** One HTTP/1.1 connection on a raw socket: one request at a time. */
export class Connection {
  #socket: Socket<undefined> | undefined;
  #waiting: Waiting | undefined;
  #unsent: Buffer | undefined;
  #closed = false;
  /** How many requests it has carried. */
  used = 0;

  /** Connects, and with TLS shakes hands. */
  static async open(to: Address, timeoutMs: number): Promise<Connection> {
    const connection = new Connection();
    const { promise: secured, resolve, reject } = Promise.withResolvers<void>();
    // Nobody listens to this when connecting fails first.
    secured.catch(() => {});
    const timer = setTimeout(() => {
      reject(new Failed("timeout", `no connection within ${timeoutMs} ms`, true));
      connection.close();
    }, timeoutMs);
    const tls = to.tls ? { serverName: to.host, rejectUnauthorized: to.verifyTls } : undefined;
    const connecting = Bun.connect({
      hostname: to.ip,
      port: to.port,
      ...(tls ? { tls } : {}),
      socket: {
        open: (socket) => {
          connection.#socket = socket;
          if (connection.#closed) return socket.terminate();
          socket.setNoDelay(true);
          if (!tls) resolve();
        },
        handshake: (_, ok, problem) => {
          if (ok || !to.verifyTls) resolve();
          else reject(new Failed("tls", problem?.message ?? "the handshake failed", true));
        },
        data: (_, chunk) => connection.#hear(chunk),
        drain: (socket) => connection.#send(socket),
        close: () => {
          reject(new Failed("reset", "closed before it was ready", true));
          connection.#end();
        },
        error: () => connection.#end(),
        connectError: (_, problem) => reject(new Failed("refused", problem.message, true)),
      },
    });
    connecting.catch((problem: Error) => reject(new Failed("refused", problem.message, true)));
    try {
      await secured;
      return connection;
    } finally {
      clearTimeout(timer);
    }
  }

  get usable(): boolean {
    return !this.#closed && this.#waiting === undefined;
  }

  /** Sends a request and resolves with its answer, or throws Failed. */
  exchange(ask: Ask): Promise<Answer> {
    this.used += 1;
    return new Promise((resolve, reject) => {
      const socket = this.#socket;
      if (this.#closed || !socket) {
        reject(new Failed("reset", "the connection is closed", true));
        return;
      }
      const timer = setTimeout(
        () => this.#fail(new Failed("timeout", `no answer within ${ask.timeoutMs} ms`)),
        Math.max(1, ask.timeoutMs),
      );
      const reader = new AnswerReader(ask.method, ask.keepBody);
      this.#waiting = { reader, resolve, reject, timer };
      this.#unsent = Buffer.from(ask.bytes, "latin1");
      this.#send(socket);
    });
  }

  close(): void {
    this.#closed = true;
    this.#socket?.terminate();
  }

  #send(socket: Socket<undefined>): void {
    if (!this.#unsent) return;
    const sent = socket.write(this.#unsent);
    if (sent < 0) return;
    this.#unsent = sent < this.#unsent.length ? this.#unsent.subarray(sent) : undefined;
  }

  #hear(chunk: Buffer): void {
    const waiting = this.#waiting;
    // A server that speaks unasked is about to close (408): not worth another request.
    if (!waiting) return this.close();
    try {
      const answer = waiting.reader.feed(chunk);
      if (answer) this.#finish(waiting, answer);
    } catch (problem) {
      if (!(problem instanceof Malformed)) throw problem;
      this.#fail(new Failed("malformed", problem.message));
    }
  }

  #finish(waiting: Waiting, answer: Answer): void {
    clearTimeout(waiting.timer);
    this.#waiting = undefined;
    this.#unsent = undefined;
    if (!answer.keepAlive) this.close();
    waiting.resolve(answer);
  }

  #fail(failure: Failed): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.close();
    if (!waiting) return;
    clearTimeout(waiting.timer);
    waiting.reject(failure);
  }

  #end(): void {
    this.#closed = true;
    const waiting = this.#waiting;
    if (!waiting) return;
    const answer = waiting.reader.end();
    if (answer) this.#finish(waiting, answer);
    else if (waiting.reader.started) this.#fail(new Failed("truncated", "closed in mid answer"));
    else this.#fail(new Failed("reset", "closed without an answer", true));
  }
}
