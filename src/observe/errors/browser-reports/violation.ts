import { type Json, known, numberOf, textOf, wordOf } from "../event/json.ts";

/** A violation of a Content Security Policy (W3C CSP Level 3, §5), however a browser wrote it. */
export type Violation = {
  /** `script-src-elem`: the directive alone, without its sources. */
  directive: string;
  /** A URL without its query, or `inline`, `eval`, `data`… */
  blocked: string;
  page?: string;
  file?: string;
  line?: number;
  column?: number;
  sample?: string;
  policy?: string;
  referrer?: string;
  status?: number;
  isEnforced: boolean;
};

const urlCharsMax = 1_000;
const policyCharsMax = 8_000;

/** Reads the report of `report-uri` (names with dashes) or of the Reporting API (names in camel case); nothing when it is none. */
export function readViolation(sent: Json): Violation | undefined {
  const either = (old: string, now: string): unknown => sent[old] ?? sent[now];
  const said =
    wordOf(either("effective-directive", "effectiveDirective"), 2_000) ??
    wordOf(either("violated-directive", "violatedDirective"), 2_000);
  // Before CSP 3 the sources stood behind it.
  const directive = said?.split(/\s/)[0]?.toLowerCase();
  if (directive === undefined || !/^[a-z-]{1,40}$/.test(directive)) return undefined;
  const line = numberOf(either("line-number", "lineNumber"));
  const column = numberOf(either("column-number", "columnNumber"));
  const blocked = textOf(either("blocked-uri", "blockedURL"), urlCharsMax) ?? "";
  const optional = {
    page: withoutQuery(wordOf(either("document-uri", "documentURL"), urlCharsMax)),
    file: withoutQuery(wordOf(either("source-file", "sourceFile"), urlCharsMax)),
    line: line === 0 ? undefined : line,
    column: column === 0 ? undefined : column,
    sample: textOf(either("script-sample", "sample"), 200) || undefined,
    policy: wordOf(either("original-policy", "originalPolicy"), policyCharsMax),
    referrer: withoutQuery(wordOf(sent["referrer"], urlCharsMax)),
    status: numberOf(either("status-code", "statusCode")),
  };
  return {
    directive,
    blocked: blockedBy(blocked.trim(), directive, optional.page),
    isEnforced: sent["disposition"] !== "report",
    ...known(optional),
  };
}

/** Queries hold tokens; and no two of them are the same. */
const withoutQuery = (url: string | undefined): string | undefined => url?.replace(/[?#].*$/s, "");

const inlineDirective = /^(script|style|default)-src/;
/** Older Firefox, Safari and Chrome say nothing or `self` of what stands in the page itself. */
function blockedBy(blocked: string, directive: string, page: string | undefined): string {
  if ((blocked === "" || blocked === "self") && inlineDirective.test(directive)) return "inline";
  if (blocked === "self") return page ?? blocked;
  if (/^(data|blob|filesystem|mediastream):/i.test(blocked))
    return blocked.slice(0, blocked.indexOf(":")).toLowerCase();
  return withoutQuery(blocked) ?? blocked;
}
