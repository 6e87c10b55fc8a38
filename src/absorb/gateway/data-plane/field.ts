import { latin1, textOf } from "./bytes.ts";

/** The fields that a proxy must understand; all others pass as bytes. */
export const field = {
  other: 0,
  host: 1,
  connection: 2,
  contentLength: 3,
  transferEncoding: 4,
  expect: 5,
  upgrade: 6,
  te: 7,
  keepAlive: 8,
  proxyConnection: 9,
  forwardedFor: 10,
  forwardedProto: 11,
  forwardedHost: 12,
  forwarded: 13,
  requestId: 14,
  accept: 15,
  via: 16,
  cookie: 17,
  ifMatch: 18,
  ifNoneMatch: 19,
  ifModifiedSince: 20,
  ifUnmodifiedSince: 21,
  ifRange: 22,
  range: 23,
  authorization: 24,
  cacheControl: 25,
  /** `Proxy`, which CGI programs take for a setting of their own (CVE-2016-5385); written with underscores, one of the others to a server that hands fields on as CGI variables (RFC 3875 §4.1.18). */
  lookalike: 26,
  /** Castor's own, both ways: an instance ends a stay, the waiting page asks. */
  waitingRoom: 27,
  expectedTimeout: 28,
  grpcTimeout: 29,
  /** What proxies in front say to applications about a visitor or a URL; from a stranger it would be an invention that applications believe and caches do not see. */
  hearsay: 30,
  /** Ours alone: by whose turn in a waiting room a request came in. */
  turn: 31,
} as const;

const names: readonly (readonly [string, number])[] = [
  ["host", field.host],
  ["connection", field.connection],
  ["content-length", field.contentLength],
  ["transfer-encoding", field.transferEncoding],
  ["expect", field.expect],
  ["upgrade", field.upgrade],
  ["te", field.te],
  ["keep-alive", field.keepAlive],
  ["proxy-connection", field.proxyConnection],
  ["x-forwarded-for", field.forwardedFor],
  ["x-forwarded-proto", field.forwardedProto],
  ["x-forwarded-host", field.forwardedHost],
  ["forwarded", field.forwarded],
  ["x-request-id", field.requestId],
  ["accept", field.accept],
  ["via", field.via],
  ["if-match", field.ifMatch],
  ["if-none-match", field.ifNoneMatch],
  ["if-modified-since", field.ifModifiedSince],
  ["if-unmodified-since", field.ifUnmodifiedSince],
  ["if-range", field.ifRange],
  ["range", field.range],
  ["authorization", field.authorization],
  ["cache-control", field.cacheControl],
  ["cookie", field.cookie],
  ["x-envoy-expected-rq-timeout-ms", field.expectedTimeout],
  ["connect-timeout-ms", field.expectedTimeout],
  ["grpc-timeout", field.grpcTimeout],
  ["proxy", field.lookalike],
  ["castor-waiting-room", field.waitingRoom],
  ["castor-turn", field.turn],
  ...[
    ...["x-real-ip", "x-client-ip", "client-ip", "true-client-ip", "cf-connecting-ip"],
    ...["fastly-client-ip", "x-cluster-client-ip", "forwarded-for", "x-forwarded"],
    ...["x-original-url", "x-original-uri", "x-original-host", "x-original-forwarded-for"],
    ...["x-rewrite-url", "x-host", "x-url-scheme", "front-end-https"],
  ].map((name): [string, number] => [name, field.hearsay]),
];
/** All of these are hearsay, but for those that have a kind of their own. */
const forwardedPrefix = latin1("x-forwarded-");

type Known = { name: Uint8Array; kind: number };
const longest = Math.max(...names.map(([name]) => name.length));
const byLength: Known[][] = Array.from({ length: longest + 1 }, () => []);
for (const [name, kind] of names) byLength[name.length]?.push({ name: latin1(name), kind });

/** Which field a name (already known to be a token) is; `field.other` for all that just pass. */
export function fieldOf(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (length > longest) return isForwarded(bytes, from, length) ? field.hearsay : field.other;
  const known = byLength[length] as Known[];
  for (let k = 0; k < known.length; k++) {
    const { name, kind } = known[k] as Known;
    let i = 0;
    // Setting bit 5 lowers a letter and leaves "-" alone; no other token byte becomes one of these names' bytes.
    while (i < length && ((bytes[from + i] as number) | 32) === name[i]) i++;
    if (i === length) return kind;
  }
  return isForwarded(bytes, from, length) ? field.hearsay : field.other;
}

function isForwarded(bytes: Uint8Array, from: number, length: number): boolean {
  const prefix = forwardedPrefix;
  if (length <= prefix.length) return false;
  let i = 0;
  while (i < prefix.length && ((bytes[from + i] as number) | 32) === prefix[i]) i++;
  return i === prefix.length;
}

/** What a name with underscores is: a field that some server takes for one of ours, or just another. */
export function lookalikeOf(bytes: Buffer, from: number, to: number): number {
  const name = latin1(textOf(bytes, from, to).replaceAll("_", "-"));
  return fieldOf(name, 0, name.length) === field.other ? field.other : field.lookalike;
}
