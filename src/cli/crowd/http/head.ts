/** The server spoke something that is not HTTP/1.1. */
export class Malformed extends Error {}

export type Headers = Map<string, string[]>;
export type Head = { status: number; headers: Headers; keepAlive: boolean };

const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: |$)/;
const quote = (text: string): string => JSON.stringify(text.slice(0, 60));

/** Reads the head of a response: the text before the empty line. */
export function parseHead(text: string): Head {
  const [first = "", ...lines] = text.split("\r\n");
  const [, minor, code] = statusLine.exec(first) ?? [];
  if (code === undefined) throw new Malformed(`a status line ${quote(first)}`);
  const headers: Headers = new Map();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 1) throw new Malformed(`a header ${quote(line)}`);
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const values = headers.get(name);
    if (values) values.push(value);
    else headers.set(name, [value]);
  }
  const connection = joined(headers, "connection");
  const keepAlive =
    minor === "1" ? !connection.includes("close") : connection.includes("keep-alive");
  return { status: Number(code), headers, keepAlive };
}

const joined = (headers: Headers, name: string): string =>
  headers.get(name)?.join(",").toLowerCase() ?? "";

/** How the body ends: after a number of bytes, by chunks, or with the connection. */
export function framingOf(method: string, { status, headers }: Head): number | "chunks" | "close" {
  if (status === 101) throw new Malformed("a switch of protocols that was not asked for");
  if (method === "HEAD" || status === 204 || status === 304) return 0;
  if (joined(headers, "transfer-encoding").endsWith("chunked")) return "chunks";
  const lengths = headers.get("content-length");
  if (lengths === undefined) return "close";
  const [length = ""] = lengths;
  if (!/^\d{1,15}$/.test(length) || lengths.some((each) => each !== length)) {
    throw new Malformed(`a content-length of ${lengths.join(", ")}`);
  }
  return Number(length);
}
