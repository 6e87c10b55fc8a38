import { headerHash } from "../admission/caller.ts";
import { latin1, textOf } from "../bytes.ts";
import { field } from "../field.ts";
import { allValues } from "../forwarding.ts";
import type { RequestHead } from "../request-head.ts";
import { TrustedProxies } from "../trusted.ts";
import type { Visitor } from "../visitor.ts";
import type { SplitTarget } from "../../contract.ts";

type Asked = { visitor: Pick<Visitor, "addressOf">; head: RequestHead; bytes: Buffer };
type Chosen<Lane> = { upTo: number; lane: Lane };
type Sure<Lane> = { applies: (asked: Asked) => boolean; lane: Lane };

const hashRange = 2 ** 32;

/**
 * Sends each visitor to one of several services, always the same while the weights stand. The services take their part of one
 * line in the order they are named, so that a last one that grows keeps everybody it had.
 */
export class Split<Lane> {
  readonly #shares: readonly Chosen<Lane>[];
  readonly #always: readonly Sure<Lane>[];
  readonly #idOf: (asked: Asked) => string;
  readonly #salt: string;
  readonly #hash: (text: string) => number;

  constructor(
    target: SplitTarget,
    of: { route: string; laneTo: (service: string) => Lane; hash: (text: string) => number },
  ) {
    const total = target.shares.reduce((sum, { weight }) => sum + weight, 0);
    let passed = 0;
    this.#shares = target.shares.map(({ service, weight }) => {
      passed += weight;
      return { upTo: total === 0 ? 1 : passed / total, lane: of.laneTo(service) };
    });
    this.#always = target.always.map((each) => ({
      applies: ruleOf(each),
      lane: of.laneTo(each.service),
    }));
    this.#idOf = idOf(target.by);
    // Different routes cut the crowd differently, or one visitor would always be everybody's guinea pig.
    this.#salt = `${of.route} `;
    this.#hash = of.hash;
  }

  laneFor(asked: Asked): Lane | undefined {
    for (const { applies, lane } of this.#always) if (applies(asked)) return lane;
    const at = this.#hash(this.#salt + this.#idOf(asked)) / hashRange;
    for (const { upTo, lane } of this.#shares) if (at < upTo) return lane;
    return this.#shares.at(-1)?.lane;
  }
}

function idOf(by: SplitTarget["by"]): (asked: Asked) => string {
  const address = ({ visitor, head, bytes }: Asked): string => visitor.addressOf(head, bytes);
  if (by === "visitor") return address;
  if ("cookie" in by) {
    return (asked) => cookieOf(asked, by.cookie) ?? address(asked);
  }
  const valueOf = headerHash(by.header);
  return (asked) => valueOf(asked.head, asked.bytes) ?? address(asked);
}

function ruleOf(rule: SplitTarget["always"][number]): (asked: Asked) => boolean {
  const networks = new TrustedProxies(rule.addresses);
  const name = latin1(rule.header?.name.toLowerCase() ?? "");
  return ({ visitor, head, bytes }) => {
    if (rule.addresses.length > 0 && networks.has(visitor.addressOf(head, bytes))) return true;
    if (rule.header !== undefined && valueOf(head, bytes, name) === rule.header.value) return true;
    return (
      rule.cookie !== undefined && cookieOf({ head, bytes }, rule.cookie.name) === rule.cookie.value
    );
  };
}

function valueOf(head: RequestHead, bytes: Buffer, lower: Buffer): string | undefined {
  for (let i = 0; i < head.count; i++) {
    const name = textOf(bytes, head.lineStart(i), head.nameEnd(i));
    if (name.length === lower.length && name.toLowerCase() === lower.toString("latin1"))
      return textOf(bytes, head.valueStart(i), head.valueEnd(i));
  }
  return undefined;
}

/** RFC 6265 §5.4: the first cookie of that name. */
function cookieOf(
  { head, bytes }: Pick<Asked, "head" | "bytes">,
  name: string,
): string | undefined {
  for (const line of allValues(head, bytes, field.cookie))
    for (const pair of line.split(";")) {
      const [key, ...value] = pair.trim().split("=");
      if (key === name) return value.join("=");
    }
  return undefined;
}
