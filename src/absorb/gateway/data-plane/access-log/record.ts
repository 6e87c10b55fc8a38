import { textOf } from "../bytes.ts";
import type { Exchange } from "../exchange.ts";
import type { Entry } from "./line.ts";

/** What is known once the request's head is whole. */
export type Begun = Pick<
  Entry,
  | "time"
  | "id"
  | "address"
  | "method"
  | "host"
  | "target"
  | "protocol"
  | "isSecure"
  | "route"
  | "service"
  | "referer"
  | "agent"
>;

const cacheStatus = /^cache-status: *castor; *([^;\r\n]+)/im;
const castorReason = /^castor-reason: *([^\r\n]+)/im;
const headLooked = 32_768;

/**
 * One request on its way into the access log. What becomes of it is read from what is written to the visitor, so whoever
 * answers needs to know nothing of it.
 */
export class AccessRecord {
  readonly #begun: Begun;
  readonly #startedAt: number;
  readonly #done: (entry: Entry) => void;
  #status = 0;
  #bytesOut = 0;
  #reason: string | null = null;
  #cache: string | null = null;

  constructor(begun: Begun, startedAt: number, done: (entry: Entry) => void) {
    this.#begun = begun;
    this.#startedAt = startedAt;
    this.#done = done;
  }

  wrote(bytes: Buffer, from: number, to: number): void {
    this.#bytesOut += to - from;
    if (this.#status === 0) this.#readHead(bytes, from, to);
  }

  #readHead(bytes: Buffer, from: number, to: number): void {
    const status = Number(textOf(bytes, from + 9, Math.min(to, from + 12)));
    if (status < 200 && status !== 101) return; // An interim response: the answer is still to come.
    this.#status = status;
    const end = bytes.subarray(from, Math.min(to, from + headLooked)).indexOf("\r\n\r\n");
    const head = textOf(bytes, from, end < 0 ? to : from + end);
    this.#reason = castorReason.exec(head)?.[1] ?? null;
    this.#cache = cacheStatus.exec(head)?.[1]?.trim() ?? null;
  }

  /** It is over: all of it is on its way, or the connection ended before. */
  end(exchange: Exchange | undefined, isWhole: boolean): void {
    const now = performance.now();
    const since = (at: number | undefined): number | null =>
      at === undefined || at === 0 ? null : at - this.#startedAt;
    const sentMs = since(exchange?.sentAt);
    const connectedMs = since(exchange?.connectedAt);
    const begun = this.#begun;
    // Field by field: copying the whole object costs more than all the rest.
    this.#done({
      time: begun.time,
      id: begun.id,
      address: begun.address,
      method: begun.method,
      host: begun.host,
      target: begun.target,
      protocol: begun.protocol,
      isSecure: begun.isSecure,
      status: this.#status,
      bytesIn: exchange?.bytesIn ?? 0,
      bytesOut: this.#bytesOut,
      route: begun.route,
      service: exchange?.lane.service.id ?? begun.service,
      instance: exchange?.answeredBy ?? null,
      cache: this.#cache,
      reason: this.#reason,
      queueMs: sentMs,
      connectMs: connectedMs === null || sentMs === null ? null : connectedMs - sentMs,
      firstByteMs: since(exchange?.respondedAt),
      totalMs: now - this.#startedAt,
      isWhole,
      referer: begun.referer,
      agent: begun.agent,
    });
  }
}

/** The present request of this visitor is over, if it is one that is written down. */
export function endRecord(
  asker: { record: AccessRecord | undefined; readonly exchange: Exchange | undefined },
  isWhole: boolean,
): void {
  const { record } = asker;
  if (record === undefined) return;
  asker.record = undefined;
  record.end(asker.exchange, isWhole);
}
