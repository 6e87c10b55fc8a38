import { parsed } from "../../gateway/data-plane/head.ts";
import { RequestHead } from "../../gateway/data-plane/request-head.ts";
import { outcome } from "../contract/shape.ts";
import type { Owed } from "./acks.ts";
import type { Connection } from "./connection.ts";

const limits = { headBytesMax: 8 * 1024, headersMax: 64, targetBytesMax: 1_024 };
export const bodyBytesMax = 16 * 1024;
/** Heads are read one after another, so one reader does for all connections. */
const head = new RequestHead(limits);

/** A whole request. */
export type Asked = {
  method: string;
  path: string;
  query: URLSearchParams;
  body: string;
  keepsAlive: boolean;
  /** A field's value by its name in lower case. */
  field(name: string): string | undefined;
};

export type Said = {
  status: number;
  type?: string;
  headers?: Readonly<Record<string, string>>;
  body: string | Uint8Array;
};

export type Request = { asked: Asked; end: number };

/** The request at byte `at`; nothing while it is not whole, a status when it is to be refused. */
export function readRequest(bytes: Buffer, at: number): Request | number | undefined {
  head.reset(at, limits);
  const found = head.parse(bytes, bytes.length);
  if (found === parsed.bad) return head.problemStatus;
  if (found === parsed.more) return undefined;
  // Nothing that is sent here needs chunks.
  if (head.chunked) return 411;
  if (head.contentLength > bodyBytesMax) return 413;
  const end = head.bodyStart + Math.max(0, head.contentLength);
  if (bytes.length < end) return undefined;
  const target = bytes.toString("latin1", head.pathStart, head.targetEnd);
  const mark = target.indexOf("?");
  const fields = new Map<string, string>();
  for (let n = 0; n < head.count; n++)
    fields.set(
      bytes.toString("latin1", head.lineStart(n), head.nameEnd(n)).toLowerCase(),
      bytes.toString("latin1", head.valueStart(n), head.valueEnd(n)),
    );
  const asked: Asked = {
    method: head.method,
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1)),
    body: bytes.toString("utf8", head.bodyStart, end),
    keepsAlive: head.keepsAlive,
    field: (name) => fields.get(name),
  };
  return { asked, end };
}

const words: Record<number, string> = {
  200: "OK",
  204: "No Content",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  413: "Content Too Large",
  422: "Unprocessable Content",
  425: "Too Early",
  429: "Too Many Requests",
  503: "Service Unavailable",
};

/** A response as bytes. */
export function response(said: Said, keepsAlive: boolean): Uint8Array {
  const body = typeof said.body === "string" ? Buffer.from(said.body) : said.body;
  const more = Object.entries(said.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
  const isCached = more.some((each) => /^cache-control:/i.test(each));
  // RFC 9110 §8.6: what has no content says no length.
  const content =
    said.status === 204
      ? ""
      : `Content-Type: ${said.type ?? "application/json"}\r\nContent-Length: ${body.length}\r\nX-Content-Type-Options: nosniff\r\n`;
  const text = `HTTP/1.1 ${said.status} ${words[said.status] ?? "Unknown"}\r\n${content}${
    isCached ? "" : "Cache-Control: no-store\r\n"
  }${more.join("")}${keepsAlive ? "" : "Connection: close\r\n"}\r\n`;
  return Buffer.concat([Buffer.from(text, "latin1"), body]);
}

export const json = (status: number, value: unknown): Said => ({
  status,
  body: `${JSON.stringify(value)}\n`,
});

const names = Object.keys(outcome);
/** What a refused answer is in HTTP. */
const statuses: readonly number[] = [200, 200, 425, 410, 404, 400, 403, 401, 400, 503, 503, 429];

/** What became of an answer, for clients without WebSocket. */
export const answerSaid = ({ outcome: became, choice }: Pick<Owed, "outcome" | "choice">): Said =>
  json(statuses[became] ?? 500, { outcome: names[became], choice: choice < 0 ? null : choice });

/** What lets a page of that origin read an answer. */
export const readableBy = (origin: string): Readonly<Record<string, string>> => ({
  "Access-Control-Allow-Origin": origin,
  Vary: "Origin",
});

/** Sends a response; the connection goes on, or ends. */
export function respond(to: Connection, said: Said, keepsAlive: boolean): void {
  const { readableBy: origin } = to;
  to.readableBy = undefined;
  const told =
    origin === undefined ? said : { ...said, headers: { ...said.headers, ...readableBy(origin) } };
  to.write(response(told, keepsAlive));
  to.isAnswering = false;
  if (!keepsAlive) to.finish();
}
