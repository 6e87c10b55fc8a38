import { expressionOf, foundIn, type PeerCertificate } from "#kernel";
import type { Expect, Probe } from "./config.ts";

/** An answer as it came; `said` is the beginning of the body, what is said first, or the records a line each. */
export type Reply = { said: string; certificate?: PeerCertificate } & (
  | { kind: "http"; status: number; headers: Headers }
  | { kind: "tcp" | "tls" }
  | { kind: "ping"; tookMs: number }
  | { kind: "dns"; records: readonly string[] }
);

/** An expression takes as much as 0.3 s for a megabyte. */
const matchedCharsMax = 131_072;

/** What is not as expected; undefined where all is. Never quotes a body: it may hold what is nobody's business. */
export function faultOf(reply: Reply, { expect }: Probe, tookMs: number): string | undefined {
  return (
    statusFault(reply, expect) ??
    headerFault(reply, expect) ??
    recordFault(reply, expect) ??
    textFault(reply, expect) ??
    (expect.within !== undefined && tookMs > expect.within
      ? `it took ${tookMs} ms, more than ${expect.within} ms`
      : undefined)
  );
}

function statusFault(reply: Reply, { status: wanted }: Expect): string | undefined {
  if (reply.kind !== "http") return undefined;
  const { status } = reply;
  const isWell =
    wanted === undefined
      ? status >= 200 && status < 400
      : wanted.some((each) => each === status || each === `${Math.floor(status / 100)}xx`);
  return isWell
    ? undefined
    : `it was answered ${status}${wanted ? `, not ${wanted.join(" or ")}` : ""}`;
}

function headerFault(reply: Reply, { headers = {} }: Expect): string | undefined {
  if (reply.kind !== "http") return undefined;
  for (const [name, wanted] of Object.entries(headers)) {
    const value = reply.headers.get(name);
    if (value === null) return `the header ${name} is missing`;
    if (!expressionOf(wanted).test(value)) return `the header ${name} is not ${wanted}`;
  }
  return undefined;
}

/** Names mean the same in capitals, and with a dot at their end. */
const plain = (record: string): string => record.toLowerCase().replace(/\.$/, "");
function recordFault(reply: Reply, { records: wanted }: Expect): string | undefined {
  if (reply.kind !== "dns" || wanted === undefined) return undefined;
  const [have, want] = [reply.records, wanted].map((each) =>
    each.map((one) => plain(one)).toSorted(),
  );
  if (have?.join("\n") === want?.join("\n")) return undefined;
  return `the records are ${reply.records.slice(0, 5).join(", ").slice(0, 200)}`;
}

function textFault({ said, kind }: Reply, expect: Expect): string | undefined {
  const where = { http: "the body", dns: "the records" }[kind as string] ?? "what it says";
  const { contains = [], lacks = [], matches = [] } = expect;
  const missing = contains.find((text) => !said.includes(text));
  if (missing !== undefined) return `${where} lacks “${short(missing)}”`;
  const unwanted = lacks.find((text) => said.includes(text));
  if (unwanted !== undefined) return `${where} has “${short(unwanted)}”`;
  const start = said.slice(0, matchedCharsMax);
  const unmet = matches.find((expression) => !foundIn(expression).test(start));
  return unmet === undefined ? undefined : `${where} has nothing that is ${short(unmet)}`;
}
const short = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

/** What a beat says that passed. */
export function passWords(reply: Reply, tookMs: number): string {
  const took = `in ${tookMs} ms`;
  if (reply.kind === "http") return `it was answered ${reply.status} ${took}`;
  if (reply.kind === "dns") return `${reply.records.slice(0, 3).join(", ").slice(0, 150)} ${took}`;
  if (reply.kind === "ping") return `it answers ${took}`;
  return reply.kind === "tls"
    ? `its certificate holds, ${took}`
    : `it accepts connections, ${took}`;
}

/** What it expects, a line each, as `probes.show` tells it. */
export function expectWords({ expect, url, follow, timeout, certificateEnds }: Probe): string[] {
  const { status, contains = [], lacks = [], matches = [], headers = {}, records, within } = expect;
  const isShown = url.kind === "tls" || (url.kind === "http" && url.url.startsWith("https:"));
  return [
    ...(url.kind === "http" ? [`is answered ${status?.join(" or ") ?? "200 to 399"}`] : []),
    ...(follow === true ? ["redirects are followed"] : []),
    ...contains.map((text) => `has “${short(text)}”`),
    ...lacks.map((text) => `lacks “${short(text)}”`),
    ...matches.map((text) => `has what matches ${short(text)}`),
    ...Object.entries(headers).map(([name, value]) => `header ${name} is ${short(value)}`),
    ...(records ? [`the records are ${records.join(", ")}`] : []),
    `answers within ${within ?? timeout} ms`,
    ...(isShown && certificateEnds > 0
      ? [`its certificate holds for ${Math.round(certificateEnds / 86_400_000)} more days`]
      : []),
  ];
}
