import type { Client } from "../client.ts";
import { preface } from "./frames.ts";
import { Session } from "./session.ts";

/** From here on HTTP/2 is spoken over this connection. */
export function speakHttp2(client: Client): Session {
  const isTurnedAway = client.isEnding;
  const session = new Session(client);
  if (isTurnedAway) session.turnAway();
  return session;
}

/** As much of the preface as makes a request line that HTTP/1.1 refuses. */
const firstLine = preface.subarray(0, preface.indexOf("\r\n") - 3);

/** Does a visitor without TLS speak HTTP/2 from the first byte on, and may they? Then it is spoken (RFC 9113 §3.3). */
export function turnsToHttp2(client: Client, bytes: Buffer, at: number): boolean {
  const isPlain = client.visitor.origin.proto === "http";
  if (!isPlain || !client.plane.config.http2.plain) return false;
  const rest = bytes.subarray(at);
  if (rest.subarray(0, firstLine.length).compare(firstLine) !== 0) return false;
  speakHttp2(client).received(rest);
  return true;
}
