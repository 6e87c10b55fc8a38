import type { Socket } from "bun";

/** What became of the requests of a load. */
export type Load = {
  /** Answered with 200 and the right body, so far. */
  good: number;
  /** The first of them, in words. */
  failures: string[];
  failed: number;
  slowestMs: number;
  /** No more requests; resolves when those under way have ended. */
  stop(): Promise<void>;
  /** Everybody has left: after `stop`, or with a goodbye. */
  ended: Promise<unknown>;
};

const headEnd = "\r\n\r\n";
const failuresKeptMax = 20;
const answerWithinMs = 20_000;

/**
 * Visitors on connections that stay open, each asking again as soon as it was answered. Everything counts as a failure
 * but a 200 with exactly the body that was asked for; only an answer that says `Connection: close` may end a connection.
 */
export function startLoad(of: {
  gateway: string;
  visitors: number;
  pauseMs?: number;
  /** Visitors leave with an answer that says `Connection: close`. */
  untilGoodbye?: boolean;
}): Load {
  const { hostname, port } = new URL(of.gateway);
  const load = { good: 0, failures: [] as string[], failed: 0, slowestMs: 0, isStopping: false };
  const fail = (what: string): void => {
    load.failed++;
    if (load.failures.length < failuresKeptMax) load.failures.push(what);
  };
  const visitors = Array.from({ length: of.visitors }, async (_, number) => {
    let connection: Connection | undefined;
    let saidGoodbye = false;
    for (let n = 0; !load.isStopping && !saidGoodbye; n++) {
      const path = `/v${number}/n${n}`;
      try {
        connection ??= await Connection.open(hostname, Number(port));
        const askedAt = performance.now();
        const answer = await connection.ask(path, of.gateway);
        load.slowestMs = Math.max(load.slowestMs, performance.now() - askedAt);
        if (answer.status === 200 && answer.body === `seen ${path}`) load.good++;
        else fail(`${path}: ${answer.status} ${answer.body.slice(0, 200)}`);
        saidGoodbye = answer.isLast && of.untilGoodbye === true;
        if (answer.isLast) connection = connection.end();
      } catch (error) {
        fail(`${path}: ${String(error)}`);
        connection = connection?.end();
        await Bun.sleep(10);
      }
      if (of.pauseMs !== undefined) await Bun.sleep(of.pauseMs);
    }
    connection?.end();
  });
  const ended = Promise.all(visitors);
  return Object.assign(load, {
    ended,
    stop: async () => {
      load.isStopping = true;
      await ended;
    },
  });
}

type Answer = { status: number; head: string; body: string; isLast: boolean };
type Waiting = { resolve: (answer: Answer) => void; reject: (why: Error) => void };

/** One connection, one request at a time; understands answers with a Content-Length only, as the site gives them. */
export class Connection {
  #socket: Socket | undefined;
  #text = "";
  #waiting: Waiting | undefined;
  #ended: string | undefined;

  static async open(hostname: string, port: number): Promise<Connection> {
    const connection = new Connection();
    connection.#socket = await Bun.connect({
      hostname,
      port,
      socket: {
        data: (_, bytes) => connection.#hear(bytes.toString("latin1")),
        end: () => connection.#over("the other side ended the connection"),
        close: () => connection.#over("the connection was closed"),
        error: (_, error) => connection.#over(String(error)),
        timeout: () => connection.#over("no answer"),
      },
    });
    return connection;
  }

  /** `lines` are more fields of the head. */
  ask(path: string, gateway: string, lines = ""): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting = { resolve, reject };
    if (this.#ended !== undefined) this.#over(this.#ended);
    this.#socket?.timeout(answerWithinMs / 1_000);
    this.#socket?.write(`GET ${path} HTTP/1.1\r\nHost: ${new URL(gateway).host}\r\n${lines}\r\n`);
    return promise;
  }

  end(): undefined {
    this.#socket?.end();
  }

  #hear(text: string): void {
    this.#text += text;
    const at = this.#text.indexOf(headEnd);
    if (at < 0) return;
    const head = this.#text.slice(0, at);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? Number.NaN);
    if (Number.isNaN(length)) return this.#over(`an answer without length: ${head}`);
    if (this.#text.length < at + headEnd.length + length) return;
    const body = this.#text.slice(at + headEnd.length, at + headEnd.length + length);
    this.#text = this.#text.slice(at + headEnd.length + length);
    const answer = {
      status: Number(head.split(" ", 2)[1]),
      head,
      body,
      isLast: /\r\nconnection: *close/i.test(head),
    };
    this.#waiting?.resolve(answer);
    this.#waiting = undefined;
  }

  #over(why: string): void {
    this.#ended = why;
    this.#waiting?.reject(new Error(why));
    this.#waiting = undefined;
  }
}
