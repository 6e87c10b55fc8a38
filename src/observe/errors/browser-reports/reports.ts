import { type Json, known, numberOf, recordOf, recordsOf, textOf, wordOf } from "../event/json.ts";
import { noiseIn } from "./noise.ts";
import { readViolation, type Violation } from "./violation.ts";

/** Events made of what browsers report; what is not about the site, and what is of no use, is only counted. */
export type Reported = { events: Json[]; noise: number; others: number };
/** What a report does not say itself. */
export type Beside = { agent?: string; release?: string; environment?: string };

const reportsMax = 100;

/** Reads a body of `report-uri`, of the Reporting API (one or a list), or a bare report; nothing when it is no JSON of that kind. */
export function readReports(body: unknown, beside: Beside): Reported | undefined {
  const single = recordOf(body);
  if (!single && !Array.isArray(body)) return undefined;
  const list = single ? [single] : recordsOf(body as unknown[]);
  const found: Reported = { events: [], noise: 0, others: Math.max(0, list.length - reportsMax) };
  for (const each of list.slice(0, reportsMax)) {
    const made = eventOf(each, beside);
    if (made === "noise") found.noise++;
    else if (made) found.events.push(made);
    else found.others++;
  }
  return found;
}

function eventOf(sent: Json, beside: Beside): Json | "noise" | undefined {
  const type = wordOf(sent["type"], 60);
  const body = recordOf(sent["body"]);
  const agent = wordOf(sent["user_agent"], 500) ?? beside.agent;
  const from = { ...beside, ...known({ agent }) };
  if (body && type !== undefined && type !== "csp-violation") {
    const page = wordOf(sent["url"], 1_000)?.replace(/[?#].*$/s, "");
    return otherReport(type, body, known({ ...from, page }));
  }
  const violation = readViolation(body ?? recordOf(sent["csp-report"]) ?? sent);
  if (!violation) return undefined;
  return noiseIn(violation) === undefined ? violationEvent(violation, from) : "noise";
}

const common = ({ agent, release, environment }: Beside, page: string | undefined): Json => ({
  platform: "javascript",
  ...known({ release, environment }),
  ...{ user: { ip_address: "{{auto}}" } },
  request: { ...known({ url: page }), headers: known({ "User-Agent": agent }) },
});

const stackOf = (file: string | undefined, line?: number, column?: number): Json =>
  file === undefined || !/^https?:/i.test(file)
    ? {}
    : { stacktrace: { frames: [{ filename: file, ...known({ lineno: line, colno: column }) }] } };

function violationEvent(of: Violation, beside: Beside): Json {
  const { directive, blocked, page, file, line, column, isEnforced, ...more } = of;
  const origin = originOf(blocked);
  // One source is one matter, whether a browser tells elements from attributes or not; in the page itself they are two.
  const group = blocked === "inline" ? directive : directive.replace(/-(elem|attr)$/, "");
  const sink = directive.includes("trusted-types") ? more.sample?.split("|")[0] : undefined;
  return {
    ...common(beside, page),
    ...stackOf(file, line, column),
    logger: "csp",
    level: isEnforced ? "error" : "warning",
    message: titleOf(directive, origin, sink),
    transaction: directive,
    fingerprint: ["csp", group, origin, ...(sink === undefined ? [] : [sink])],
    tags: { directive, blocked: origin, disposition: isEnforced ? "enforce" : "report" },
    extra: { csp: { directive, blocked, ...known({ file, line, column }), ...more } },
  };
}

const originOf = (blocked: string): string => {
  const url = URL.parse(blocked);
  return url && url.host !== "" ? url.host : blocked || "something";
};

const kinds: Readonly<Record<string, string>> = {
  ...{ "script-src": "script", "style-src": "style", "img-src": "image", "font-src": "font" },
  ...{ "connect-src": "connection", "media-src": "media", "object-src": "object" },
  ...{ "frame-src": "frame", "child-src": "frame or worker", "worker-src": "worker" },
  ...{ "manifest-src": "manifest", "prefetch-src": "prefetch", "default-src": "resource" },
};
/** In words: `Blocked script from cdn.example`. */
function titleOf(directive: string, origin: string, sink: string | undefined): string {
  const kind = kinds[directive.replace(/-(elem|attr)$/, "")];
  if (directive === "form-action") return `Blocked a form to ${origin}`;
  if (directive === "frame-ancestors") return `Blocked framing by ${origin}`;
  if (directive === "base-uri") return `Blocked a base address at ${origin}`;
  if (sink !== undefined) return `Blocked a text for ${sink}`;
  if (origin === "inline" && directive === "script-src-attr") return "Blocked an inline handler";
  if (origin === "inline" && directive === "style-src-attr")
    return "Blocked an inline style attribute";
  if (origin === "inline") return `Blocked inline ${kind ?? directive}`;
  if (origin === "eval" || origin === "wasm-eval") return `Blocked ${origin} in a script`;
  return `Blocked ${kind ?? directive} from ${origin}`;
}

/** Of the Reporting API besides CSP: how bad each is. What is not here says nothing that anybody could mend. */
const levels: Readonly<Record<string, string>> = {
  ...{ crash: "error", "integrity-violation": "error", "network-error": "warning" },
  ...{ deprecation: "info", intervention: "info", coep: "warning", coop: "warning" },
  ...{ "permissions-policy-violation": "warning", "document-policy-violation": "warning" },
};

type Other = Beside & { page?: string };
function otherReport(type: string, body: Json, beside: Other): Json | "noise" | undefined {
  const level = Object.hasOwn(levels, type) ? levels[type] : undefined;
  if (level === undefined) return undefined;
  const file = wordOf(body["sourceFile"], 1_000)?.replace(/[?#].*$/s, "");
  const { page } = beside;
  if (noiseIn({ directive: type, blocked: "", isEnforced: true, ...known({ file, page }) }))
    return "noise";
  return {
    ...common(beside, page),
    ...stackOf(file, numberOf(body["lineNumber"]), numberOf(body["columnNumber"])),
    ...{ logger: "browser", level, transaction: type, ...aboutWhat(type, body) },
    tags: { report: type },
    extra: { report: body },
  };
}

/** What it says, and what tells it from others of its type: names of features and rules, rather than words. */
function aboutWhat(type: string, body: Json): Json {
  const blocked = wordOf(body["blockedURL"] ?? body["blockedUri"], 1_000)?.replace(/[?#].*$/s, "");
  const id = ["id", "policyId", "featureId", "type", "reason"]
    .map((name) => wordOf(body[name]))
    .find((each) => each !== undefined);
  const words = textOf(body["message"], 1_000) ?? blocked ?? id;
  return {
    message: `${type}: ${words ?? "no more is said"}`,
    fingerprint: ["browser", type, id ?? originOf(words ?? "")],
  };
}
