import { latin1 } from "../bytes.ts";
import { field } from "../field.ts";
import type { Exchange } from "../exchange.ts";
import type { Refusal } from "../refusal.ts";
import { changeHead } from "../rules/fields.ts";
import { type Asked, fieldsOf } from "./asked.ts";
import { isNotModified, partOf } from "./conditions.ts";
import type { Stored } from "./stored.ts";
import { ageAt, freshForMs } from "./terms.ts";

/** Why an answer is not simply the origin's: the code in `Castor-Reason`. */
export type Reason =
  | "cache.stale-while-revalidate"
  | "cache.stale-on-error"
  | "cache.stale-by-operator"
  | "cache.stale-by-visitor"
  | "cache.kept-longer"
  | "freeze.page"
  | "freeze.cached";

/** How a stored response came to be the answer: the parameters of Cache-Status (RFC 9211). */
export type Sending = {
  how: "hit" | "fwd=stale; fwd-status=304" | "fwd=uri-miss; stored" | "fwd=uri-miss; collapsed";
  reason?: Reason | undefined;
  detail?: string | undefined;
};

/** Somebody wanted a stored copy or nothing (`only-if-cached`). */
export const notStored: Refusal = {
  status: 504,
  reason: "cache.not-stored",
  says: "There is no stored copy of this page.",
};

const lineEnd = latin1("\r\n");
const closeLine = latin1("Connection: close\r\n");
const keepAliveLine = latin1("Connection: keep-alive\r\n");
/** What a 304 repeats (RFC 9110 §15.4.5). */
const in304 = new Set([
  "cache-control",
  "cdn-cache-control",
  "content-location",
  "date",
  "etag",
  "expires",
  "last-modified",
  "vary",
]);

const quoted = (text: string): string =>
  `"${text.replaceAll(/[^\x20-\x7e]/g, "?").replaceAll(/["\\]/g, "\\$&")}"`;

export function cacheStatus(stored: Stored, now: number, of: Sending): string {
  const ttl = Math.floor(freshForMs(stored.terms, now) / 1_000);
  const detail = of.detail === undefined ? "" : `; detail=${quoted(of.detail)}`;
  return `Castor; ${of.how}; ttl=${Number.isFinite(ttl) ? ttl : 0}${detail}`;
}

const ageS = (stored: Stored, now: number): number => {
  const age = Math.floor(ageAt(stored.terms, now) / 1_000);
  return Number.isFinite(age) ? age : 0;
};

/** Answers with a stored response: whole, a part of it, or 304. True when the connection closes after it. */
export function send(asked: Asked, stored: Stored, now: number, of: Sending): boolean {
  const status = (): string => cacheStatus(stored, now, of);
  if (stored.status === 200 && hasConditions(asked)) {
    const fields = fieldsOf(asked.head, asked.bytes);
    if (isNotModified(fields, stored.terms))
      return sendNotModified(asked, stored, { now, status: status(), reason: of.reason });
    const part =
      asked.head.method === "GET" ? partOf(fields, stored.terms, stored.body.length) : undefined;
    if (part !== undefined)
      return sendPart(asked, stored, { now, status: status(), reason: of.reason, part });
  }
  count(asked, stored);
  const plain =
    of.how === "hit" && of.reason === undefined
      ? stored.hitHead(ageS(stored, now))
      : stored.stamped(ageS(stored, now), status());
  const copy = asked.lane.compression?.copyFor(asked, stored);
  return transmit(asked, {
    head: copy === undefined ? plain : copy.headFrom(plain),
    body: asked.head.method === "HEAD" ? undefined : (copy ?? stored).body,
    reason: of.reason,
  });
}

/** A stored 404 tells as much about who asks for it as a new one. */
function count({ lane, client, head, bytes }: Asked, { status, isPage, key }: Stored): void {
  if (isPage) client.plane.freeze?.gotKept(lane.service.id, key, { head, bytes });
  lane.classes[(status / 100) | 0]?.add();
  if (status >= 400 && status < 500) {
    lane.gate?.answered({ visitor: client.visitor, head, bytes }, status);
  }
}

const conditional = new Set<number>([field.ifNoneMatch, field.ifModifiedSince, field.range]);

function hasConditions({ head }: Asked): boolean {
  for (let i = 0; i < head.count; i++) if (conditional.has(head.kinds[i] as number)) return true;
  return false;
}

type Particular = { now: number; status: string; reason: Reason | undefined };

function sendNotModified(
  asked: Asked,
  stored: Stored,
  { now, status, reason }: Particular,
): boolean {
  const lines = stored.fields
    .filter(([name]) => in304.has(name.toLowerCase()))
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  asked.lane.classes[3]?.add();
  const head = latin1(
    `HTTP/1.1 304 Not Modified\r\n${lines}Age: ${ageS(stored, now)}\r\nCache-Status: ${status}\r\n`,
  );
  return transmit(asked, { head, reason });
}

function sendPart(
  asked: Asked,
  stored: Stored,
  {
    now,
    status,
    reason,
    part,
  }: Particular & { part: Exclude<ReturnType<typeof partOf>, undefined> },
): boolean {
  asked.lane.classes[part === "unsatisfiable" ? 4 : 2]?.add();
  const size = stored.body.length;
  if (part === "unsatisfiable") {
    const lines = `Content-Range: bytes */${size}\r\nContent-Length: 0\r\nCache-Status: ${status}\r\n`;
    return transmit(asked, {
      head: latin1(`HTTP/1.1 416 Range Not Satisfiable\r\n${lines}`),
      reason,
    });
  }
  const { from, to } = part;
  const kept = stored.fields
    .filter(([name]) => !["content-length", "content-range"].includes(name.toLowerCase()))
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  const head = latin1(
    `HTTP/1.1 206 Partial Content\r\n${kept}Content-Range: bytes ${from}-${to - 1}/${size}\r\n` +
      `Content-Length: ${to - from}\r\nAge: ${ageS(stored, now)}\r\nCache-Status: ${status}\r\n`,
  );
  return transmit(asked, { head, body: stored.body.subarray(from, to), reason });
}

/** Begins an answer whose body is still coming: the head, and what came of the body. */
export function begin(
  exchange: Exchange,
  draft: Stored,
  of: { now: number; chunks: readonly Buffer[] },
): void {
  count(exchange, draft);
  const status =
    of.chunks.length === 0 ? "Castor; fwd=uri-miss; stored" : "Castor; fwd=uri-miss; collapsed";
  const head = draft.stamped(ageS(draft, of.now), status);
  exchange.hasAnswered = true;
  exchange.closesAfter = transmit(exchange, { head });
  for (const chunk of of.chunks) {
    exchange.client.write(chunk, 0, chunk.length, false);
    exchange.bytesOut += chunk.length;
  }
}

/** Writes a head, what belongs to this one answer, and the body, in one go where they fit. */
export function transmit(
  { client, head: request, lane }: Pick<Asked, "client" | "head" | "lane">,
  of: { head: Buffer; body?: Buffer | undefined; reason?: Reason | undefined },
): boolean {
  const { scratch } = client.plane;
  const closes = !client.mayStayOpen(request);
  let length = of.head.copy(scratch, 0);
  length += client.visitor.idLine.copy(scratch, length);
  if (client.visitor.stay?.lines !== undefined)
    length += client.visitor.stay.lines.copy(scratch, length);
  if (of.reason !== undefined) {
    length += scratch.write(`Castor-Reason: ${of.reason}\r\n`, length, "latin1");
  }
  if (closes) length += closeLine.copy(scratch, length);
  else if (request.minorVersion === 0) length += keepAliveLine.copy(scratch, length);
  length += lineEnd.copy(scratch, length);
  length = changeHead(scratch, length, lane.rules?.responseFor(client.visitor));
  const { body } = of;
  lane.service.counts.bytesOut.add(length + (body?.length ?? 0));
  if (body === undefined || body.length + length <= scratch.length) {
    if (body !== undefined) length += body.copy(scratch, length);
    client.write(scratch, 0, length, true);
    return closes;
  }
  client.write(scratch, 0, length, true);
  client.write(body, 0, body.length, false);
  return closes;
}
