import { latin1, textOf } from "./bytes.ts";

const hex = latin1("0123456789abcdef");
const label = "X-Request-Id: ";
/** Twenty-eight random bits of this process, then a count: unique without asking for chance each time. */
const processBits = Buffer.from(crypto.getRandomValues(new Uint8Array(4)))
  .toString("hex")
  .slice(1);
const template = latin1(
  `${label}00000000-0000-7000-8${processBits.slice(0, 3)}-${processBits.slice(3)}00000000\r\n`,
);
let count = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

/** Room for one request's id as a header line; each connection keeps one and writes it anew per request. */
export const newIdLine = (): Buffer => Buffer.from(template);

/** A header line with an id that came from a trusted proxy. */
export const idLineOf = (id: string): Buffer => latin1(`${label}${id}\r\n`);

/** The id without label and line end. */
export const idOf = (line: Buffer): string => textOf(line, label.length, line.length - 2);

/** Writes a new id: a UUID version 7 of the time (milliseconds since the epoch) and a count. */
export function renewId(line: Buffer, now: number): void {
  count = (count + 1) >>> 0;
  writeHex(line, label.length + 28, count, 8);
  const high = Math.floor(now / 65_536);
  writeHex(line, label.length, high >>> 0, 8);
  writeHex(line, label.length + 9, now - high * 65_536, 4);
}

function writeHex(line: Buffer, at: number, value: number, digits: number): void {
  let rest = value;
  for (let i = at + digits - 1; i >= at; i--) {
    line[i] = hex[rest & 15] as number;
    rest >>>= 4;
  }
}
