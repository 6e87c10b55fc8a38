import { createHmac, randomBytes } from "node:crypto";
import type { RulesTarget } from "./settings.ts";

type Settings = NonNullable<RulesTarget["basicAuth"]>;

const verifiedMax = 1_000;
const waitingMax = 64;
const atOnceMax = 2;
const credentialsBytesMax = 1_024;
/** Somebody who does not exist is checked as slowly as somebody who does. */
const nobody = "$2b$10$C6UzMDM.H6dfI/f/IKcEeO7ZDXUjPoPUdNpbUfA8ZJc6NnLHqzQ0K";

/** Says who may come in. A password hash is slow on purpose, so what proved right is remembered, under a key of this process. */
export class BasicAuth {
  readonly #users: ReadonlyMap<string, string>;
  readonly #key = randomBytes(32);
  readonly #verified = new Set<string>();
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  readonly challenge: string;

  constructor({ realm, users }: Settings) {
    this.#users = new Map(Object.entries(users));
    this.challenge = `Basic realm="${realm}", charset="UTF-8"`;
  }

  /** The answer where it is known at once, a promise of it where a hash must be computed; "busy" when too many wait. */
  check(authorization: string | undefined): boolean | "busy" | Promise<boolean> {
    const credentials = credentialsOf(authorization);
    if (credentials === undefined) return false;
    const mark = createHmac("sha256", this.#key).update(credentials).digest("base64");
    if (this.#verified.has(mark)) return true;
    if (this.#running >= atOnceMax && this.#waiting.length >= waitingMax) return "busy";
    return this.#verify(credentials, mark);
  }

  async #verify(credentials: Buffer, mark: string): Promise<boolean> {
    if (this.#running >= atOnceMax) await new Promise<void>((go) => this.#waiting.push(go));
    this.#running++;
    try {
      const colon = credentials.indexOf(":");
      const hash = this.#users.get(credentials.toString("utf8", 0, colon));
      const password = credentials.subarray(colon + 1);
      const fits = await Bun.password.verify(password, hash ?? nobody).catch(() => false);
      if (!fits || hash === undefined) return false;
      if (this.#verified.size >= verifiedMax) this.#verified.clear();
      this.#verified.add(mark);
      return true;
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}

/** `name:password` of the field (RFC 7617); undefined where it is something else. */
function credentialsOf(authorization: string | undefined): Buffer | undefined {
  const encoded = /^basic +([a-z0-9+/]+=*)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined || encoded.length > credentialsBytesMax) return undefined;
  const credentials = Buffer.from(encoded, "base64");
  return credentials.indexOf(":") < 1 || credentials.at(-1) === 58 ? undefined : credentials;
}
