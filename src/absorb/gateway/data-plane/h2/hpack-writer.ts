import { latin1 } from "../bytes.ts";
import type { Head } from "../head.ts";
import type { ResponseHead } from "../response-head.ts";
import { staticTable, indexOfStatus } from "./static-table.ts";

/** A table of no bytes, said at the start of a connection's first block (RFC 7541 §6.3). */
export const emptyTable = 0x20;

/** Fields that HTTP/2 has no place for, or whose subject does not go on: trailers end here. */
const dropped = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "trailer",
];

type Known = { name: Uint8Array; index: number };
/** Names with an index, and those to leave out (index -1), by length. */
const known: Known[][] = Array.from({ length: 32 }, () => []);
for (const [at, { name }] of staticTable.entries()) {
  if (!name.startsWith(":")) known[name.length]?.push({ name: latin1(name), index: at + 1 });
}
for (const name of dropped) {
  const same = known[name.length] as Known[];
  const already = same.find((each) => latin1(name).equals(each.name));
  if (already === undefined) same.push({ name: latin1(name), index: -1 });
  else already.index = -1;
}

/** RFC 7541 §5.1. */
function writeNumber(out: Uint8Array, at: number, value: number, prefixBits: number): number {
  const prefix = (1 << prefixBits) - 1;
  if (value < prefix) {
    out[at] = value;
    return at + 1;
  }
  out[at] = prefix;
  let to = at + 1;
  let rest = value - prefix;
  while (rest >= 128) {
    out[to++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  out[to++] = rest;
  return to;
}

/** The status of a response as the first field of its block; returns where it ends. */
export function writeStatus(out: Buffer, at: number, status: number): number {
  const index = indexOfStatus(status);
  if (index > 0) {
    out[at] = 0x80 | index;
    return at + 1;
  }
  out[at] = 0x08; // A literal with the name of index 8.
  out[at + 1] = 3;
  out[at + 2] = 48 + Math.floor(status / 100);
  out[at + 3] = 48 + (Math.floor(status / 10) % 10);
  out[at + 4] = 48 + (status % 10);
  return at + 5;
}

/**
 * The fields of a response's head, names in lower case; returns where they end. They lean on nothing said before: static
 * names, texts as they are, nothing kept. It costs some bytes per answer, and no memory per connection.
 */
export function writeFields(out: Buffer, from: number, head: ResponseHead, bytes: Buffer): number {
  let at = from;
  for (let i = 0; i < head.count; i++) {
    const nameStart = head.lineStart(i);
    const nameEnd = head.nameEnd(i);
    const index = indexOf(bytes, nameStart, nameEnd);
    if (index < 0 || head.isNamed(bytes, i)) continue;
    at = index > 0 ? writeNumber(out, at, index, 4) : writeName(out, at, bytes, head, i);
    const valueStart = head.valueStart(i);
    const length = head.valueEnd(i) - valueStart;
    at = writeNumber(out, at, length, 7);
    at = copy(out, at, bytes, valueStart, valueStart + length);
  }
  return at;
}

function writeName(out: Buffer, from: number, bytes: Buffer, head: Head, i: number): number {
  out[from] = 0;
  const [start, end] = [head.lineStart(i), head.nameEnd(i)];
  let at = writeNumber(out, from + 1, end - start, 7);
  for (let j = start; j < end; j++) {
    const byte = bytes[j] as number;
    out[at++] = byte >= 65 && byte <= 90 ? byte | 32 : byte;
  }
  return at;
}

/** Short texts are copied faster here than by asking the runtime to. */
const shortBytesMax = 24;
function copy(out: Buffer, at: number, bytes: Buffer, from: number, to: number): number {
  if (to - from > shortBytesMax) return at + bytes.copy(out, at, from, to);
  let end = at;
  for (let i = from; i < to; i++) out[end++] = bytes[i] as number;
  return end;
}

/** The static index of a name; 0 when it has none, -1 when the field is to be left out. */
function indexOf(bytes: Buffer, from: number, to: number): number {
  const length = to - from;
  const same = known[length];
  if (same === undefined) return 0;
  for (let k = 0; k < same.length; k++) {
    const { name, index } = same[k] as Known;
    let i = 0;
    while (i < length && ((bytes[from + i] as number) | 32) === name[i]) i++;
    if (i === length) return index;
  }
  return 0;
}
