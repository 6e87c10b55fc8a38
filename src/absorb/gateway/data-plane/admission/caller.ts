import { latin1, sameText } from "../bytes.ts";
import type { RequestHead } from "../request-head.ts";
import { plainAddress } from "../trusted.ts";

/** The address, or for IPv6 its /64: whoever has one address of such a network has all of them. */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (!plain.includes(":")) return plain;
  if (/^[\d.]+:\d+$/.test(plain)) return plain.replace(/:\d+$/, "");
  const [bare = ""] = plain.replace(/^\[/, "").split(/[\]%]/);
  const [head = "", tail] = bare.toLowerCase().split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  const groups = tail === undefined ? left : [...left, ...zeros, ...right];
  const network = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ""));
  return `${network.join(":")}::/64`;
}

/** Finds a header's value by name. What comes out is a hash: keys of limits cross the bus, and a header may hold a secret. */
export function headerHash(name: string): (head: RequestHead, bytes: Buffer) => string | undefined {
  const lower = latin1(name.toLowerCase());
  return (head, bytes) => {
    for (let index = 0; index < head.count; index++) {
      const isIt = sameText(bytes, head.lineStart(index), head.nameEnd(index), lower);
      if (!isIt) continue;
      const value = bytes.subarray(head.valueStart(index), head.valueEnd(index));
      return Bun.hash(value).toString(36);
    }
    return undefined;
  };
}
