import {
  askPublic,
  distrustOf,
  type Effects,
  foundIn,
  isPublicAddress,
  NotPublic,
  type PeerCertificate,
  seeingCertificate,
} from "#kernel";
import type { Probe } from "./config.ts";
import type { Reply } from "./judge.ts";
import type { Ping } from "./adapters/ping.ts";
import type { Target } from "./target.ts";

export type World = Pick<Effects, "net" | "signal"> & { trust?: string | undefined; ping: Ping };

const bodyBytesMax = 1_048_576;
const hopsMax = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/** Asks once. Throws an `Unanswered` where there is no answer to judge. */
export async function ask(probe: Probe, world: World): Promise<Reply> {
  const { url: target } = probe;
  try {
    if (target.kind === "http") return await askWeb(target, probe, world);
    if (target.kind === "dns") return await askNames(target, probe, world);
    if (target.kind === "ping") return await askHost(target, probe, world);
    return await askDoor(target, probe, world);
  } catch (why) {
    throw why instanceof Unanswered ? why : new Unanswered(inWords(why, probe.timeout));
  }
}

/** Nobody answered, or nobody who can be trusted; its message says so to people. */
export class Unanswered extends Error {
  readonly certificate: PeerCertificate | undefined;
  constructor(why: string, certificate?: PeerCertificate) {
    super(why);
    this.certificate = certificate;
  }
}

/** Whether anybody looks at what is said. */
const isRead = ({ expect: { contains, lacks, matches } }: Probe): boolean =>
  [contains, lacks, matches].some((each) => each !== undefined);

type Web = Extract<Target, { kind: "http" }>;
async function askWeb({ url }: Web, probe: Probe, { net, signal, trust }: World): Promise<Reply> {
  let certificate: PeerCertificate | undefined;
  const seeing = seeingCertificate({ trust, seen: (shown) => (certificate = shown) });
  const until = AbortSignal.any([signal, AbortSignal.timeout(probe.timeout)]);
  const go = probe.follow === true ? leading(net, until) : net.fetch;
  const first = new URL(url);
  for (let at = first, hop = 0; ; hop++) {
    const answer = await go(at.href, {
      ...{ redirect: "manual", keepalive: false, signal: until, ...seeing },
      ...(hop === 0 ? { method: probe.method ?? "GET", body: probe.body ?? null } : {}),
      // What opens one door is not shown at another.
      headers: { ...manners, ...(at.origin === first.origin ? probe.headers : {}) },
    });
    const next = probe.follow === true ? nextOf(answer, at) : undefined;
    if (next === undefined) {
      const said = isRead(probe) ? await firstOf(answer) : "";
      if (!isRead(probe)) await answer.body?.cancel();
      const { status, headers } = answer;
      return { kind: "http", status, headers, said, ...(certificate ? { certificate } : {}) };
    }
    await answer.body?.cancel();
    if (hop === hopsMax) throw new Unanswered(`it leads on and on: more than ${hopsMax} redirects`);
    at = next;
  }
}
const manners = { "user-agent": "Castor probe", accept: "*/*" };

/**
 * Where answers lead on, the address that was looked at is the one that is asked. Once somebody outside has been asked, all that
 * follows must be outside as well: they must not make Castor look inside (SSRF, DNS rebinding). Before that everything is the operator's.
 */
function leading({ fetch, resolve }: World["net"], until: AbortSignal): World["net"]["fetch"] {
  const late = new Promise<never>((_, reject) =>
    until.addEventListener("abort", () => reject(until.reason as Error)),
  );
  late.catch(() => undefined);
  const net = { fetch, resolve: (host: string) => Promise.race([resolve(host), late]) };
  let isOutside = false;
  return async (url, init = {}) => {
    let isNowOutside = isOutside;
    const mayBeAsked = (address: string): boolean => {
      const isPublic = isPublicAddress(address);
      isNowOutside ||= isPublic;
      return isPublic || !isOutside;
    };
    try {
      return await askPublic(net, url, init, mayBeAsked);
    } catch (why) {
      if (!(why instanceof NotPublic)) throw why;
      throw new Unanswered(
        isOutside
          ? "it leads from the public network to an address inside"
          : "its name leads to no address",
      );
    } finally {
      isOutside = isNowOutside;
    }
  };
}

/** Where an answer leads to; undefined where it leads nowhere. */
function nextOf({ status, headers }: Response, at: URL): URL | undefined {
  const to = redirects.has(status) ? headers.get("location") : null;
  if (to === null) return undefined;
  const next = URL.canParse(to, at.href) ? new URL(to, at) : undefined;
  const isPlain = next && `${next.username}${next.password}` === "";
  if (isPlain && /^https?:$/.test(next.protocol)) return next;
  throw new Unanswered("it leads to what is no web address");
}

/** The beginning of a body; what comes after that is not read. */
async function firstOf(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    parts.push(part.subarray(0, bodyBytesMax - bytes));
    bytes += part.byteLength;
    if (bytes >= bodyBytesMax) break;
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}

type Host = Extract<Target, { kind: "ping" }>;
async function askHost({ host }: Host, probe: Probe, { ping, signal }: World): Promise<Reply> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(probe.timeout)]);
  const answered = await ping(host, until);
  if (typeof answered === "string") throw new Unanswered(answered);
  return { kind: "ping", said: "", tookMs: Math.round(answered) };
}

type Door = Extract<Target, { port: number; host: string }>;
async function askDoor(door: Door, probe: Probe, world: World): Promise<Reply> {
  const { kind, host, port } = door;
  const preface = door.kind === "tls" ? door.preface : undefined;
  const { contains = [], matches = [] } = probe.expect;
  const isEnough = (said: string): boolean =>
    contains.length + matches.length === 0
      ? said.includes("\n")
      : contains.every((text) => said.includes(text)) &&
        matches.every((expression) => foundIn(expression).test(said));
  const { said, certificate, distrust } = await world.net.hello({
    ...{ host, port, timeoutMs: probe.timeout },
    ...(kind === "tls" ? { tls: { trust: world.trust, preface } } : {}),
    ...(isRead(probe) ? { isEnough } : {}),
  });
  if (distrust !== undefined) throw new Unanswered(distrust, certificate);
  return { kind, said, ...(certificate ? { certificate } : {}) };
}

type Names = Extract<Target, { kind: "dns" }>;
async function askNames({ name, type, server }: Names, probe: Probe, { net }: World) {
  const at = server && { address: await addressOf(server.host, net), port: server.port };
  const asked = { name, type, timeoutMs: probe.timeout, ...(at ? { server: at } : {}) };
  const records = await net.records(asked);
  if (records.length === 0) throw new Unanswered(`there is no ${type} record of ${name}`);
  return { kind: "dns" as const, records, said: records.join("\n") };
}
const addressOf = async (host: string, net: World["net"]): Promise<string> =>
  isAddress(host) ? host : ((await net.resolve(host))[0] ?? host);
const isAddress = (host: string): boolean => /^[\d.]+$|:/.test(host);

/** By code and message of the runtime, which speaks to its makers. */
const words: readonly [of: RegExp, says: string][] = [
  [/no STARTTLS/, "it does not begin TLS when it is asked to (STARTTLS)"],
  [/ECONNREFUSED|refused|unable to connect/i, "nobody accepts connections there"],
  [/ENOTFOUND|EAI_|DNS/i, "its name leads to no address"],
  [/RESET|EPIPE|closed|hung up/i, "it hung up"],
  [/WRONG_VERSION|PACKET_LENGTH|HTTP_REQUEST/, "it does not speak TLS"],
];
const isLate = /TimeoutError|ETIMEOUT|^ ?no (answer|connection)/;

/** What a person can do something with. */
function inWords(why: unknown, timeoutMs: number): string {
  const { name, message, code = "" } = why as Error & { code?: string };
  if (isLate.test(name) || isLate.test(`${code} ${message}`))
    return `no answer within ${timeoutMs} ms`;
  const said = words.find(([of]) => of.test(`${code} ${message}`))?.[1];
  // Never the message: it may quote the address, and what stands behind its `?`.
  return said ?? distrustOf(code) ?? `it cannot be asked: ${code === "" ? name : code}`;
}
