import type { Picture } from "../../../certificates/contract.ts";
import { textOf } from "../bytes.ts";
import type { Refusal } from "../refusal.ts";
import type { RequestHead } from "../request-head.ts";

const prefix = "/.well-known/acme-challenge/";

/** What this worker shows to an authority that asks whether a name is ours (RFC 8555 §8.3). */
export class Proofs {
  readonly #texts: Map<string, string>;

  constructor({ proofs }: Picture) {
    this.#texts = new Map(proofs.map(({ token, text }) => [token, text]));
  }

  /** A route's own answers under that path are its own: only tokens that are waited for are answered here. */
  answerTo({ method, pathStart, targetEnd }: RequestHead, bytes: Buffer): Refusal | undefined {
    if (this.#texts.size === 0 || method !== "GET") return undefined;
    const path = textOf(bytes, pathStart, targetEnd);
    const text = path.startsWith(prefix) ? this.#texts.get(path.slice(prefix.length)) : undefined;
    if (text === undefined) return undefined;
    const body = { type: "application/octet-stream", bytes: Buffer.from(text) };
    return { status: 200, reason: "gateway.certificate-proof", says: "", body };
  }

  has(token: string): boolean {
    return this.#texts.has(token);
  }
}
