import { field } from "./field.ts";
import { allValues, type Origin, originOf } from "./forwarding.ts";
import type { Plane } from "./plane.ts";
import { idLineOf, idOf, newIdLine, renewId } from "./request-id.ts";
import type { RequestHead } from "./request-head.ts";
import type { Stay } from "./room/stay.ts";
import { plainAddress } from "./trusted.ts";

/** Who is at the other end of a connection, and which request of theirs is being answered. */
export class Visitor {
  readonly origin: Origin;
  /** The header line with the id of the present request. */
  idLine: Buffer = newIdLine();
  /** What they take along from a waiting room while the present request is answered. */
  stay: Stay | undefined = undefined;
  readonly #plane: Plane;
  readonly #hash: number;

  constructor(plane: Plane, remoteAddress: string | undefined, proto: Origin["proto"] = "http") {
    // Who has left already has no address any more.
    const address = plainAddress(remoteAddress ?? "0.0.0.0");
    this.origin = originOf(address, proto, plane.trusted.has(address));
    this.#plane = plane;
    this.#hash = plane.hash(address);
  }

  /** The same visitor, for a request beside this one. */
  beside(): Visitor {
    const { address, proto } = this.origin;
    return new Visitor(this.#plane, address, proto);
  }

  get requestId(): string {
    return idOf(this.idLine);
  }

  /** Gives the next request its id: a trusted proxy's word, or a new one. */
  identify(head?: RequestHead, bytes?: Buffer): void {
    this.stay = undefined;
    if (this.origin.isTrusted && bytes !== undefined) {
      const given = head?.valueOf(field.requestId, bytes);
      this.idLine = given === undefined ? newIdLine() : idLineOf(given);
      if (given !== undefined) return;
    }
    renewId(this.idLine, Date.now());
  }

  /** Where the visitor is; behind a trusted proxy, where the one is whom it speaks for. */
  addressOf(head: RequestHead, bytes: Buffer): string {
    if (!this.origin.isTrusted) return this.origin.address;
    const chain = allValues(head, bytes, field.forwardedFor).join(",");
    return this.#plane.trusted.visitorOf(chain, this.origin.address);
  }

  /** For counting different visitors: behind a trusted proxy, whom the proxy speaks for. */
  hashOf(head: RequestHead, bytes: Buffer): number {
    return this.origin.isTrusted ? this.#plane.hash(this.addressOf(head, bytes)) : this.#hash;
  }
}
