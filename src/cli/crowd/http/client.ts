import type { Answer } from "./answer.ts";
import { Connection, Failed, type Address, type Ask } from "./connection.ts";

/** The first address where somebody listens; the first of all when nobody does, so that the run tells how it failed. */
export async function listeningAt(
  addresses: readonly Address[],
  timeoutMs: number,
): Promise<Address | undefined> {
  for (const address of addresses) {
    const connection = await Connection.open({ ...address, tls: false }, timeoutMs).catch(
      () => undefined,
    );
    connection?.close();
    if (connection) return address;
  }
  return addresses[0];
}

const idleMsMax = 4_000;
const safe = new Set(["GET", "HEAD", "OPTIONS"]);

type Idle = { connection: Connection; since: number };

/** Connections to one address, kept for the next visitor. */
export class Client {
  readonly #to: Address;
  readonly #idle: Idle[] = [];
  /** Safe requests sent once more because the server had closed the connection in between, as browsers do. */
  resent = 0;
  opened = 0;

  constructor(to: Address) {
    this.#to = to;
  }

  /** `fresh` visitors bring a connection of their own and take it away again. */
  async exchange(ask: Ask, fresh: boolean): Promise<Answer> {
    const deadline = performance.now() + ask.timeoutMs;
    const kept = fresh ? undefined : this.#take();
    if (kept) {
      try {
        return await this.#over(kept, ask, fresh);
      } catch (problem) {
        const harmless = problem instanceof Failed && problem.unanswered && safe.has(ask.method);
        if (!harmless) throw problem;
        this.resent += 1;
      }
    }
    const connection = await Connection.open(this.#to, deadline - performance.now());
    this.opened += 1;
    const timeoutMs = deadline - performance.now();
    return this.#over(connection, { ...ask, timeoutMs }, fresh);
  }

  async #over(connection: Connection, ask: Ask, fresh: boolean): Promise<Answer> {
    const answer = await connection.exchange(ask);
    if (fresh) connection.close();
    else if (connection.usable) this.#idle.push({ connection, since: performance.now() });
    return answer;
  }

  #take(): Connection | undefined {
    for (let kept = this.#idle.pop(); kept; kept = this.#idle.pop()) {
      const stale = performance.now() - kept.since > idleMsMax;
      if (kept.connection.usable && !stale) return kept.connection;
      kept.connection.close();
    }
    return undefined;
  }

  close(): void {
    for (const { connection } of this.#idle.splice(0)) connection.close();
  }
}
