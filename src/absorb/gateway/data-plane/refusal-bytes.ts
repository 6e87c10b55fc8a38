import { latin1 } from "./bytes.ts";
import { escapeText } from "./pages/escape.ts";
import { pagePolicy, plainPage } from "./pages/plain-page.ts";
import type { Language } from "./pages/words.ts";
import type { Refusal } from "./refusal.ts";

/** Who is told no, and how they want to hear it. */
export type Said = {
  requestId: string;
  accept: string | undefined;
  language: Language;
  isHead: boolean;
  closes: boolean;
  /** The operator's page, where there is one for this. */
  ownPage?: ((refused: Refusal) => string | undefined) | undefined;
  /** Lines of the gateway that belong to this one answer. */
  lines?: Buffer | undefined;
};

const titles: Readonly<Record<number, string>> = {
  200: "OK",
  202: "Accepted",
  301: "Moved Permanently",
  302: "Found",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  413: "Content Too Large",
  414: "URI Too Long",
  417: "Expectation Failed",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
};

/** The seconds after which a visitor is asked to come back; none where that would not help. */
export const retryAfterOf = ({ status, retryAfterSeconds }: Refusal): number | undefined =>
  retryAfterSeconds ?? (status === 503 ? retryAfterUnsaid : undefined);
const retryAfterUnsaid = 5;

export const titleOf = ({ status }: Refusal): string => titles[status] ?? "Refused";

/** RFC 9457. */
const problem = (refused: Refusal, requestId: string): string =>
  `${JSON.stringify({
    type: `/problems/${refused.reason}`,
    title: titleOf(refused),
    status: refused.status,
    detail: refused.says,
    instance: requestId,
    reason: refused.reason,
  })}\n`;

const html = "text/html; charset=utf-8";
const json = "application/problem+json";

/** What is the same for everybody who hears this refusal in this form: all but the request's id, and what is said once. */
type Mould = { lines: string; before: Buffer; after: Buffer };

/** Stands for the id while a mould is made. */
const placeholder = "00000000-castor-7000-8000-00000000000x";
/** Sentences with numbers in them make many moulds. */
const mouldsMax = 2_000;
const moulds = new Map<string, Mould>();

function mouldOf(refused: Refusal, isPage: boolean, language: Language): Mould {
  const { status, reason, says } = refused;
  const key = `${isPage ? language : ""} ${status} ${reason} ${says}`;
  const known = moulds.get(key);
  if (known !== undefined) return known;
  const body = Buffer.from(
    isPage
      ? plainPage(refused, { language, requestId: placeholder })
      : problem(refused, placeholder),
  );
  const at = body.indexOf(placeholder);
  const made = {
    lines: fixedLines(refused, isPage ? html : json) + (isPage ? `${pagePolicy}\r\n` : ""),
    before: body.subarray(0, at),
    after: body.subarray(at + placeholder.length),
  };
  if (moulds.size >= mouldsMax) moulds.clear();
  moulds.set(key, made);
  return made;
}

function fixedLines(refused: Refusal, type: string): string {
  const allow =
    refused.status === 405 ? "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n" : "";
  return `HTTP/1.1 ${refused.status} ${titleOf(refused)}\r\nContent-Type: ${type}\r\nCache-Control: no-store\r\nCastor-Reason: ${refused.reason}\r\n${allow}`;
}

let dateSecond = 0;
let dateLine = "";
/** The Date line, made once a second. */
function dateNow(): string {
  const second = Math.floor(Date.now() / 1_000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateLine = `Date: ${new Date(second * 1_000).toUTCString()}\r\n`;
  }
  return dateLine;
}

function linesOf(refused: Refusal, of: Said, length: number): string {
  const retryAfter = retryAfterOf(refused);
  const again = retryAfter === undefined ? "" : `Retry-After: ${retryAfter}\r\n`;
  const line = refused.line === undefined ? "" : `${refused.line}\r\n`;
  const close = of.closes ? "Connection: close\r\n" : "";
  const own = of.lines?.toString("latin1") ?? "";
  return `Content-Length: ${length}\r\n${dateNow()}X-Request-Id: ${of.requestId}\r\n${again}${line}${close}${own}\r\n`;
}

/** The whole answer: a page for browsers, problem+json (RFC 9457) for everybody else. Under a crowd most answers are these. */
export function refusalBytes(refused: Refusal, of: Said): Buffer {
  const isPage = of.accept?.includes("text/html") === true;
  const own = refused.body ?? ownPage(refused, of, isPage);
  if (own !== undefined) {
    const head = fixedLines(refused, own.type) + linesOf(refused, of, own.bytes.length);
    return of.isHead ? latin1(head) : Buffer.concat([latin1(head), own.bytes]);
  }
  const { lines, before, after } = mouldOf(refused, isPage, of.language);
  const id = idIn(of.requestId, isPage);
  const bodyBytes = before.length + id.length + after.length;
  const head = lines + linesOf(refused, of, bodyBytes);
  if (of.isHead) return latin1(head);
  const answer = Buffer.allocUnsafe(head.length + bodyBytes);
  const at = answer.write(head, 0, "latin1");
  before.copy(answer, at);
  answer.write(id, at + before.length, "latin1");
  after.copy(answer, at + before.length + id.length);
  return answer;
}

function ownPage(refused: Refusal, of: Said, isPage: boolean): Refusal["body"] {
  const page = isPage ? (refused.page ?? of.ownPage?.(refused)) : undefined;
  return page === undefined ? undefined : { type: html, bytes: Buffer.from(page) };
}

const plainId = /^[0-9a-f-]+$/;
/** The id as it stands in a body; one that a trusted proxy made may hold anything. */
function idIn(requestId: string, isPage: boolean): string {
  if (plainId.test(requestId)) return requestId;
  const plain = requestId.replaceAll(/[^\x20-\x7e]/g, "?");
  return isPage ? escapeText(plain) : JSON.stringify(plain).slice(1, -1);
}
