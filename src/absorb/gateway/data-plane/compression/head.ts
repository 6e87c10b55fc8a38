import type { Encoding } from "./settings.ts";

const varyLine = "Vary: Accept-Encoding\r\n";
/** What speaks of the bytes as they were. */
const ofPlainBytes =
  /^(content-length|transfer-encoding|accept-ranges|content-md5|content-digest|digest):/i;
const strongTag = /^etag: *"/i;

const variesAlready = (head: string): boolean =>
  /^vary:[^\r\n]*(\*|\baccept-encoding\b)/im.test(head);

/** The head of a compressed answer, made from that of the plain one. Without a length it comes in chunks. */
export function compressedHead(plain: string, encoding: Encoding, length?: number): string {
  const [status = "", ...lines] = plain.slice(0, -2).split("\r\n");
  const kept = lines
    .filter((line) => line !== "" && !ofPlainBytes.test(line))
    // RFC 9110 §8.8.3: the same page in other bytes, so the tag is a weak one.
    .map((line) => (strongTag.test(line) ? line.replace(/: *"/, ': W/"') : line));
  const framing = length === undefined ? "Transfer-Encoding: chunked" : `Content-Length: ${length}`;
  const vary = variesAlready(plain) ? "" : varyLine;
  return `${[status, ...kept].join("\r\n")}\r\nContent-Encoding: ${encoding}\r\n${framing}\r\n${vary}\r\n`;
}

/** Says that others may get other bytes: caches in between must know. Returns the new length of the head. */
export function addVary(out: Buffer, length: number): number {
  if (variesAlready(out.toString("latin1", 0, length))) return length;
  return length - 2 + out.write(`${varyLine}\r\n`, length - 2, "latin1");
}
