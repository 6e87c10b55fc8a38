import { latin1, textOf } from "./bytes.ts";
import { field } from "./field.ts";
import type { Head } from "./head.ts";
import { withoutOwnCookies } from "./own-cookies.ts";
import type { RequestHead } from "./request-head.ts";
import type { ResponseHead } from "./response-head.ts";

/** What is known of the connection that a request came over; the same for all of its requests. */
export type Origin = {
  address: string;
  proto: "http" | "https";
  isTrusted: boolean;
  /** X-Forwarded-For and -Proto as they stand for an untrusted visitor. */
  lines: Buffer;
};

export type Additions = { forwarded: boolean; via: boolean };

const http11 = latin1(" HTTP/1.1\r\n");
const forwardedHost = latin1("X-Forwarded-Host: ");
const lineEnd = latin1("\r\n");
const upgradeLine = latin1("Connection: Upgrade\r\n");
const closeLine = latin1("Connection: close\r\n");
const keepAliveLine = latin1("Connection: keep-alive\r\n");
const viaLine = latin1("Via: 1.1 castor\r\n");
const headEnd = lineEnd;

export const originOf = (address: string, proto: "http" | "https", isTrusted: boolean): Origin => ({
  address,
  proto,
  isTrusted,
  lines: latin1(`X-Forwarded-For: ${address}\r\nX-Forwarded-Proto: ${proto}\r\n`),
});

function append(out: Buffer, at: number, bytes: Buffer): number {
  out.set(bytes, at);
  return at + bytes.length;
}
const appendText = (out: Buffer, at: number, text: string): number =>
  at + out.write(text, at, "latin1");

/** Copies the field lines that pass, in runs, so that untouched bytes stay exactly as they came. */
function copyFields(
  out: Buffer,
  at: number,
  of: { head: Head; bytes: Buffer; from: number; drops: Uint8Array },
): number {
  const { head, bytes } = of;
  let to = at;
  let runStart = of.from;
  for (let index = 0; index < head.count; index++) {
    const kind = head.kinds[index] as number;
    const isPlain = kind === field.other || kind > field.cookie;
    if (of.drops[kind] === 0 && (!isPlain || !head.isNamed(bytes, index))) continue;
    const lineStart = head.lineStart(index);
    if (lineStart > runStart) to += bytes.copy(out, to, runStart, lineStart);
    runStart = head.lineStart(index + 1);
  }
  const end = head.lineStart(head.count);
  return end > runStart ? to + bytes.copy(out, to, runStart, end) : to;
}

/** Which fields end here: one byte per kind, made once, so that the choice costs no closure per request. */
function dropping(...kinds: readonly number[]): Uint8Array {
  const drops = new Uint8Array(Object.keys(field).length);
  for (const kind of kinds) drops[kind] = 1;
  return drops;
}
const hopByHop = [
  ...[field.connection, field.keepAlive, field.proxyConnection],
  ...[field.waitingRoom, field.turn],
];
const aboutVisitor = [
  field.forwardedFor,
  field.forwardedProto,
  field.forwardedHost,
  field.forwarded,
];
const conditions = [
  field.ifMatch,
  field.ifNoneMatch,
  field.ifModifiedSince,
  field.ifUnmodifiedSince,
  field.ifRange,
  field.range,
];
/** By what a request asks for: bit 0, it may have trailers; bit 1, it upgrades; bit 2, its id and hearsay are believed; bit 3, it brings our cookies; bit 4, the cache asks with conditions of its own. */
const requestDrops: readonly Uint8Array[] = Array.from({ length: 32 }, (_, asks) =>
  dropping(
    ...hopByHop,
    ...aboutVisitor,
    field.lookalike,
    ...((asks & 1) === 0 ? [field.te] : []),
    ...((asks & 2) === 0 ? [field.upgrade] : []),
    ...((asks & 4) === 0 ? [field.requestId, field.hearsay] : []),
    ...((asks & 8) === 0 ? [] : [field.cookie]),
    ...((asks & 16) === 0 ? [] : conditions),
  ),
);
const responseDrops = dropping(...hopByHop, field.requestId, field.upgrade);
const unchunkingDrops = dropping(
  ...hopByHop,
  field.requestId,
  field.upgrade,
  field.transferEncoding,
);
const upgradingDrops = dropping(...hopByHop, field.requestId);

/** Writes the head for the instance; returns its length. Only what a proxy must change is changed. */
export function writeRequestHead(
  out: Buffer,
  of: {
    head: RequestHead;
    bytes: Buffer;
    origin: Origin;
    idLine: Buffer;
    authority: string;
    additions: Additions;
    /** Whose turn it is, where a waiting room let the visitor in. */
    turn?: string | undefined;
    /** Lines that take the place of the visitor's own conditions. */
    conditions?: Buffer | undefined;
  },
): number {
  const { head, bytes, origin } = of;
  const asIs = !head.isAbsolute && head.minorVersion === 1;
  const upgrades = head.wantsUpgrade;
  const fieldsStart = head.count > 0 ? head.lineStart(0) : head.bodyStart - 2;
  let at = asIs ? 0 : writeRequestLine(out, head, bytes);
  at = copyFields(out, at, {
    head,
    bytes,
    from: asIs ? head.lineBegin : fieldsStart,
    drops: requestDrops[
      (head.acceptsTrailers ? 1 : 0) |
        (upgrades ? 2 : 0) |
        (origin.isTrusted ? 4 : 0) |
        (head.hasOwnCookies ? 8 : 0) |
        (of.conditions === undefined ? 0 : 16)
    ] as Uint8Array,
  });
  if (head.hasOwnCookies) at = writeOtherCookies(out, at, of);
  if (!head.hasHost) at = appendText(out, at, `Host: ${of.authority}\r\n`);
  at = origin.isTrusted ? writeTrusted(out, at, of) : writeUntrusted(out, at, of);
  if (!origin.isTrusted || head.valueOf(field.requestId, bytes) === undefined) {
    at = append(out, at, of.idLine);
  }
  if (of.additions.forwarded) at = writeForwarded(out, at, of);
  if (of.additions.via) at = append(out, at, viaLine);
  if (of.turn !== undefined) at = appendText(out, at, `Castor-Turn: ${of.turn}\r\n`);
  if (of.conditions !== undefined) at = append(out, at, of.conditions);
  if (upgrades) at = append(out, at, upgradeLine);
  return append(out, at, headEnd);
}

/** The line anew, for absolute form and for HTTP/1.0: method and path byte for byte, our own version. */
function writeRequestLine(out: Buffer, head: RequestHead, bytes: Buffer): number {
  let at = bytes.copy(out, 0, head.lineBegin, head.methodEnd);
  out[at++] = 32;
  if (bytes[head.pathStart] !== 47 && bytes[head.pathStart] !== 42) out[at++] = 47;
  at += bytes.copy(out, at, head.pathStart, head.targetEnd);
  return append(out, at, http11);
}

type Written = { head: RequestHead; bytes: Buffer; origin: Origin; additions: Additions };

function writeOtherCookies(out: Buffer, from: number, { head, bytes }: Written): number {
  const others = allValues(head, bytes, field.cookie).map(withoutOwnCookies);
  return others
    .filter((value) => value !== "")
    .reduce((at, value) => appendText(out, at, `Cookie: ${value}\r\n`), from);
}

function writeUntrusted(out: Buffer, from: number, { head, bytes, origin }: Written): number {
  let at = append(out, from, origin.lines);
  if (!head.hasHost) return at;
  at = append(out, at, forwardedHost);
  at += bytes.copy(out, at, head.hostStart, head.hostEnd);
  return append(out, at, lineEnd);
}

function writeTrusted(out: Buffer, from: number, { head, bytes, origin }: Written): number {
  const chain = allValues(head, bytes, field.forwardedFor);
  const proto = head.valueOf(field.forwardedProto, bytes) ?? origin.proto;
  const host =
    head.valueOf(field.forwardedHost, bytes) ??
    (head.hasHost ? textOf(bytes, head.hostStart, head.hostEnd) : undefined);
  let at = appendText(out, from, `X-Forwarded-For: ${[...chain, origin.address].join(", ")}\r\n`);
  at = appendText(out, at, `X-Forwarded-Proto: ${proto}\r\n`);
  return host === undefined ? at : appendText(out, at, `X-Forwarded-Host: ${host}\r\n`);
}

function writeForwarded(out: Buffer, at: number, { head, bytes, origin }: Written): number {
  const earlier = origin.isTrusted ? allValues(head, bytes, field.forwarded) : [];
  const by = origin.address.includes(":") ? `"[${origin.address}]"` : origin.address;
  const host = head.hasHost ? `;host="${textOf(bytes, head.hostStart, head.hostEnd)}"` : "";
  const ours = `for=${by}${host};proto=${origin.proto}`;
  return appendText(out, at, `Forwarded: ${[...earlier, ours].join(", ")}\r\n`);
}

/** The values of every field of a kind, in order. */
export function allValues(head: Head, bytes: Buffer, kind: number): string[] {
  const found: string[] = [];
  for (let index = 0; index < head.count; index++) {
    if (head.kinds[index] === kind)
      found.push(textOf(bytes, head.valueStart(index), head.valueEnd(index)));
  }
  return found;
}

/** How the visitor's connection goes on after this response. */
export type Afterwards = "open" | "open-for-1.0" | "close" | "upgraded";

/** Writes the head for the visitor; returns its length. */
export function writeResponseHead(
  out: Buffer,
  of: {
    head: ResponseHead;
    bytes: Buffer;
    idLine: Buffer;
    afterwards: Afterwards;
    dropsChunked: boolean;
    addVia: boolean;
    /** Lines of the gateway that belong to this one answer. */
    lines?: Buffer | undefined;
  },
): number {
  const { head, bytes } = of;
  const whenUpgraded = of.afterwards === "upgraded" ? upgradingDrops : responseDrops;
  const drops = of.dropsChunked ? unchunkingDrops : whenUpgraded;
  let at = copyFields(out, 0, { head, bytes, from: head.base, drops });
  if (head.minorVersion === 0) out[7] = 49;
  at = append(out, at, of.idLine);
  if (of.lines !== undefined) at = append(out, at, of.lines);
  if (of.addVia) at = append(out, at, viaLine);
  if (of.afterwards === "close") at = append(out, at, closeLine);
  else if (of.afterwards === "open-for-1.0") at = append(out, at, keepAliveLine);
  else if (of.afterwards === "upgraded") at = append(out, at, upgradeLine);
  return append(out, at, headEnd);
}
