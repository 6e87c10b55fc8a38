/**
 * The PROXY protocol of HAProxy, versions 1 (a line) and 2 (binary): what a load balancer in front says of the visitor's
 * connection before its first byte. https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt
 */
export type ProxyHeader =
  | { said: "more" }
  | { said: "bad"; why: "signature" | "line" | "version" | "family" | "length" | "address" }
  /** `source` is absent where the balancer speaks for itself or does not know: then the connection's own address counts. */
  | { said: "whole"; length: number; source?: string };

const signature = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const word = Buffer.from("PROXY ", "latin1");
/** The longest line of version 1, with its end. */
const lineBytesMax = 107;
/** Addresses and extensions of version 2: several times what balancers send. */
export const extensionBytesMax = 4_096;
const fixedBytes = 16;
const CR = 13;

const more: ProxyHeader = { said: "more" };
const bad = (why: Extract<ProxyHeader, { said: "bad" }>["why"]): ProxyHeader => ({
  said: "bad",
  why,
});

/** Reads the header at the start of a connection; `more` until all of it is there. */
export function proxyHeaderOf(bytes: Buffer): ProxyHeader {
  if (startsLike(bytes, signature)) return bytes.length < fixedBytes ? more : binaryHeader(bytes);
  if (startsLike(bytes, word)) return bytes.length < word.length ? more : lineHeader(bytes);
  return bad("signature");
}

function startsLike(bytes: Buffer, wanted: Buffer): boolean {
  const length = Math.min(bytes.length, wanted.length);
  return bytes.compare(wanted, 0, length, 0, length) === 0;
}

function lineHeader(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, lineBytesMax).indexOf(CR);
  if (end < 0) return bytes.length >= lineBytesMax ? bad("length") : more;
  if (end + 2 > lineBytesMax) return bad("length");
  if (bytes.length < end + 2) return more;
  if (bytes[end + 1] !== 10) return bad("line");
  const length = end + 2;
  const parts = bytes.toString("latin1", word.length, end).split(" ");
  const [family, source = "", destination = "", ...ports] = parts;
  if (family === "UNKNOWN") return { said: "whole", length };
  if (family !== "TCP4" && family !== "TCP6") return bad("family");
  if (ports.length !== 2 || !ports.every(isPort)) return bad("line");
  const isAddress = family === "TCP4" ? isIPv4 : isIPv6;
  if (!isAddress(source) || !isAddress(destination)) return bad("address");
  return { said: "whole", length, source };
}

const isPort = (text: string): boolean => /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
const isIPv4 = (text: string): boolean =>
  /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(text) &&
  text.split(".").every((part) => Number(part) <= 255);
const isIPv6 = (text: string): boolean =>
  /^[0-9a-f:.]{2,45}$/i.test(text) && URL.canParse(`http://[${text}]/`);

const local = 0x20;
const proxied = 0x21;
/** Family in the upper half, transport in the lower: streams and datagrams over IPv4, IPv6 and Unix sockets. */
const addressBytes: Readonly<Record<number, number>> = {
  ...{ 0x00: 0, 0x11: 12, 0x12: 12, 0x21: 36, 0x22: 36, 0x31: 216, 0x32: 216 },
};

function binaryHeader(bytes: Buffer): ProxyHeader {
  const command = bytes[12] as number;
  const family = bytes[13] as number;
  const extra = bytes.readUInt16BE(14);
  if (command !== local && command !== proxied) return bad("version");
  if (extra > extensionBytesMax) return bad("length");
  const wanted = addressBytes[family];
  // What a balancer says of its own connections (health checks) is to be skipped, whatever it is.
  if (command === proxied && wanted === undefined) return bad("family");
  if (command === proxied && extra < (wanted ?? 0)) return bad("length");
  const length = fixedBytes + extra;
  if (bytes.length < length) return more;
  const isIP = family >> 4 === 1 || family >> 4 === 2;
  if (command === local || !isIP) return { said: "whole", length };
  const source = bytes.subarray(fixedBytes, fixedBytes + (family >> 4 === 1 ? 4 : 16));
  return { said: "whole", length, source: addressText(source) };
}

/** IPv4 in IPv6 clothes. */
const mapped = Buffer.from("00000000000000000000ffff", "hex");

function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16));
  if (bytes.subarray(0, 12).equals(mapped)) return bytes.subarray(12).join(".");
  // As URLs write it, which is RFC 5952: callers are told apart by this text.
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}
