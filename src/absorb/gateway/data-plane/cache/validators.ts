import { latin1 } from "../bytes.ts";
import type { Stored } from "./stored.ts";

/** Asks for the whole, whatever the visitor's conditions were. */
export const noConditions: Buffer = Buffer.alloc(0);

/** The lines with which an instance is asked whether this is still true (RFC 9111 §4.3.1). */
export function validatorsOf(stored: Stored | undefined): Buffer {
  const { etag, lastModified } = stored?.terms ?? {};
  const lines = [
    ...(etag === undefined ? [] : [`If-None-Match: ${etag}\r\n`]),
    ...(lastModified === undefined ? [] : [`If-Modified-Since: ${lastModified}\r\n`]),
  ];
  return lines.length === 0 ? noConditions : latin1(lines.join(""));
}
