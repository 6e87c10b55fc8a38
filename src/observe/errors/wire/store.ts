import { decodeBody } from "#kernel";
import { recordOf } from "../event/json.ts";
import { jsonOf } from "./envelope.ts";

const braceOpen = 0x7b;
const zlibBegins = 0x78;
const base64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;
const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** A bare event; SDKs of before 2018 (`raven-*`) send it deflated, most of them in base64, and say so nowhere. */
export function storeBody(body: Uint8Array, bytesMax: number): Uint8Array {
  if (body[0] === braceOpen) return body;
  const text = asBuffer(body).toString("latin1");
  const bytes = base64.test(text) ? Buffer.from(text, "base64") : body;
  return bytes[0] === zlibBegins ? decodeBody(bytes, "deflate", bytesMax) : body;
}

/** Transactions went there too, before there were envelopes. */
export function storeType(payload: Uint8Array): "event" | "transaction" {
  const mayBe = asBuffer(payload).includes('"transaction"');
  return mayBe && recordOf(jsonOf(payload))?.["type"] === "transaction" ? "transaction" : "event";
}
