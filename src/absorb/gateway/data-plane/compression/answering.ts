import { Ghost } from "../cache/ghost.ts";
import type { Exchange } from "../exchange.ts";
import { badResponse } from "../refusal.ts";
import type { ResponseHead } from "../response-head.ts";
import type { Compression } from "./compression.ts";
import { addVary } from "./head.ts";
import { hasRoom, Squeeze } from "./squeeze.ts";

/**
 * Compresses an answer whose head has just been written to the plane's scratch, where that is wanted and worth it: then the
 * exchange has a `squeeze`. Otherwise returns the length of the head, which may have become longer.
 */
export function compress(
  exchange: Exchange,
  compression: Compression,
  of: { head: ResponseHead; bytes: Buffer; written: number },
): number {
  const { head, bytes, written } = of;
  const { head: asked, client, plane } = exchange;
  if (asked.minorVersion === 0 || client instanceof Ghost) return written;
  if (!compression.fits(head, bytes)) return written;
  const encoding = compression.encodingFor(asked, exchange.bytes);
  const length = addVary(plane.scratch, written);
  if (encoding === undefined || asked.method === "HEAD" || !hasRoom()) return length;
  if (exchange.response?.isWhole === true) return length;
  exchange.squeeze = new Squeeze(exchange, encoding, plane.scratch.toString("latin1", 0, length));
  return length;
}

/** More of a body that is compressed came. */
export function compressBody(exchange: Exchange, bytes: Buffer, from: number, to: number): void {
  const { response, responseHead, squeeze } = exchange;
  if (response === undefined || responseHead === undefined || squeeze === undefined) return;
  if (squeeze.hasAll) {
    // Nobody asked for more: the connection is not one to be used again.
    squeeze.mayReuse = false;
    return;
  }
  const take = (start: number, end: number): void => squeeze.take(bytes.subarray(start, end));
  const end = response.measure(bytes, from, to, responseHead.chunked ? take : undefined);
  if (!responseHead.chunked && end > from) take(from, end);
  if (response.problem !== "") exchange.failed(badResponse(response.problem));
  else if (response.isWhole) squeeze.finish(end === to && responseHead.keepsAlive);
}
