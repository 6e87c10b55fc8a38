import { allowingBanner } from "../banner/contract.ts";

/** What of a response's fields belongs to the page, and not to one answer, one visitor or one connection. */
const kept = new Set([
  "access-control-allow-headers",
  "access-control-allow-methods",
  "access-control-allow-origin",
  "content-disposition",
  "content-language",
  "content-security-policy",
  "content-type",
  "cross-origin-embedder-policy",
  "cross-origin-opener-policy",
  "cross-origin-resource-policy",
  "link",
  "location",
  "origin-agent-cluster",
  "permissions-policy",
  "referrer-policy",
  "service-worker-allowed",
  "sourcemap",
  "strict-transport-security",
  "timing-allow-origin",
  "x-content-type-options",
  "x-frame-options",
  "x-robots-tag",
]);

/** How long visitors may use it without asking: a page never, so that the thaw reaches them at once. */
const pageControl = "no-cache";

export function keptFields(headers: Headers, isPage: boolean): [string, string][] {
  const fields: [string, string][] = [];
  for (const [name, value] of headers) {
    if (!kept.has(name)) continue;
    const isPolicy = name === "content-security-policy" && isPage;
    fields.push([name, isPolicy ? allowingBanner(value) : value]);
  }
  const control = isPage ? pageControl : (headers.get("cache-control") ?? pageControl);
  fields.push(["cache-control", control]);
  return fields;
}

type Answer = { status: number; headers: Headers; body: Uint8Array };

/** Why an answer is not for everybody, or not the origin's own; undefined when it may be kept. */
export function unfitness({ status, headers, body }: Answer): string | undefined {
  const reason = headers.get("castor-reason") ?? "";
  if (reason !== "" && !reason.startsWith("cache.")) return `Castor answered itself (${reason})`;
  if (status === 401 || status === 403) return `not for everybody (${status})`;
  if (![200, 301, 302, 303, 307, 308].includes(status)) return `the origin said ${status}`;
  if (/(^|[\s,])private([\s,=]|$)/i.test(headers.get("cache-control") ?? ""))
    return "for one visitor only (Cache-Control: private)";
  if ((headers.get("vary") ?? "").includes("*")) return "different for everybody (Vary: *)";
  if (sessionsOf(headers).some((each) => Buffer.from(body).includes(each)))
    return "it holds a visitor's session";
  return undefined;
}

const sessionLengthMin = 12;
/** Many sites give everybody a session at once. That field is not kept; a page which also writes it down is not either. */
const sessionsOf = (headers: Headers): string[] =>
  headers
    .getSetCookie()
    .map((each) => /^[^=;]*=\s*"?([^";]*)/.exec(each)?.[1] ?? "")
    .filter((each) => each.length >= sessionLengthMin);
