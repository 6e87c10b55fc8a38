/** Parts of names whose values nobody should find in a file. */
const telling = /token|secret|passw|pwd|auth|api[-_]?key|signature|session|jwt|otp|credential/i;
/** Short names that mean the same, where they are the whole name. */
const short = new Set(["key", "code", "sig", "sid", "pin", "hash", "state", "k", "t"]);
const masked = "***";

/** Hides the values of parameters that are secrets by their names, in a target or a whole URL; what was named as well. */
export class Masking {
  readonly #named: ReadonlySet<string>;

  constructor(named: readonly string[]) {
    this.#named = new Set(named.map((name) => name.toLowerCase()));
  }

  of(url: string): string {
    const withoutPeople = url.includes("@") ? url.replace(/^(\w+:\/\/)[^/?#@]*@/, "$1") : url;
    const at = withoutPeople.indexOf("?");
    if (at < 0) return withoutPeople;
    const query = withoutPeople.slice(at + 1);
    return `${withoutPeople.slice(0, at)}?${query
      .split("&")
      .map((each) => this.#pair(each))
      .join("&")}`;
  }

  #pair(pair: string): string {
    const equals = pair.indexOf("=");
    if (equals < 0) return pair;
    const name = pair.slice(0, equals);
    return this.#isSecret(name) ? `${name}=${masked}` : pair;
  }

  #isSecret(raw: string): boolean {
    const name = decoded(raw).toLowerCase();
    return telling.test(name) || short.has(name) || this.#named.has(name);
  }
}

/** As the service would read it: an escaped name must not hide a secret. */
function decoded(name: string): string {
  if (!name.includes("%")) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** An IPv4 address without its last number, an IPv6 one as its /48: a neighbourhood, and nobody in it. */
export function truncated(address: string): string {
  if (!address.includes(":")) return address.replace(/\.\d+$/, ".0");
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros =
    tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => "0");
  return `${[...left, ...zeros, ...right].slice(0, 3).join(":")}::`;
}
