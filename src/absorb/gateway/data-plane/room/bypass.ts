import { textOf } from "../bytes.ts";
import { obligingPath } from "../path-reading.ts";
import type { RequestHead } from "../request-head.ts";
import { TrustedProxies } from "../trusted.ts";

/** Who and what need not queue. */
export class Bypass {
  readonly #globs: readonly Bun.Glob[];
  readonly #addresses: TrustedProxies | undefined;

  constructor({ paths, addresses }: { paths: readonly string[]; addresses: readonly string[] }) {
    this.#globs = paths.map((path) => new Bun.Glob(path));
    this.#addresses = addresses.length === 0 ? undefined : new TrustedProxies(addresses);
  }

  /** By its path; one that servers may read differently never gets around the room. */
  coversPath({ pathStart, targetEnd }: RequestHead, bytes: Buffer): boolean {
    if (this.#globs.length === 0 || obligingPath(bytes, pathStart, targetEnd)) return false;
    const [path = "/"] = textOf(bytes, pathStart, targetEnd).split("?");
    return this.#globs.some((glob) => glob.match(path));
  }
  coversAddress(address: string): boolean {
    return this.#addresses?.has(address) === true;
  }
  get hasAddresses(): boolean {
    return this.#addresses !== undefined;
  }
}
