/** Which addresses are proxies whose word about the visitor is believed. */
export class TrustedProxies {
  #list = new Set<string>();
  #ranges: { bits: bigint; mask: bigint; width: number }[] = [];

  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const [address = "", length] = entry.split("/");
      if (length === undefined) this.#list.add(plainAddress(address));
      const bits = addressBits(plainAddress(address));
      if (length === undefined || bits === undefined) continue;
      const width = address.includes(":") ? 128 : 32;
      const mask = ((1n << BigInt(Number(length))) - 1n) << BigInt(width - Number(length));
      this.#ranges.push({ bits: bits & mask, mask, width });
    }
  }

  has(address: string): boolean {
    if (this.#list.has(address)) return true;
    if (this.#ranges.length === 0) return false;
    const bits = addressBits(address);
    const width = address.includes(":") ? 128 : 32;
    return (
      bits !== undefined &&
      this.#ranges.some((range) => range.width === width && (bits & range.mask) === range.bits)
    );
  }

  /** The visitor behind a chain of proxies: the last address that is not one of ours. */
  visitorOf(forwardedFor: string, peer: string): string {
    const chain = forwardedFor.split(",").map((part) => part.trim());
    return chain.findLast((address) => address !== "" && !this.has(address)) ?? peer;
  }
}

/** IPv4 in IPv6 clothes is plain IPv4. */
export const plainAddress = (address: string): string =>
  address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;

function addressBits(address: string): bigint | undefined {
  if (!address.includes(":")) {
    const parts = address.split(".").map(Number);
    if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
    return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
  }
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: Math.max(0, missing) }, () => "0"), ...right];
  if (groups.length !== 8 || groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group)))
    return undefined;
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}
