import { textOf } from "./bytes.ts";

const PERCENT = 37;
const DOT = 46;
const SLASH = 47;
const SEMICOLON = 59;
const QUESTION = 63;
const BACKSLASH = 92;

/** May a server read this path differently from how its bytes stand? */
function isPlain(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (byte === QUESTION) return true;
    if (byte === PERCENT || byte === BACKSLASH || byte === SEMICOLON) return false;
    if (byte === SLASH && (bytes[i + 1] === SLASH || bytes[i + 1] === DOT)) return false;
  }
  return true;
}

/**
 * The path as the most obliging server reads it: escapes and backslashes resolved, parameters cut, slashes merged, dot segments
 * gone (RFC 3986 §5.2.4 and §6). Undefined when it stands as it came.
 */
export function obligingPath(bytes: Buffer, from: number, to: number): Buffer | undefined {
  if (bytes[from] !== SLASH || isPlain(bytes, from, to)) return undefined;
  const [path = "/"] = textOf(bytes, from, to).split("?");
  const decoded = path
    .replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replaceAll("\\", "/");
  const kept: string[] = [];
  const segments = decoded.split("/").map((segment) => segment.split(";")[0] ?? "");
  const last = segments.at(-1) ?? "";
  for (const segment of segments) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  const isFolder = last === "" || last === "." || last === "..";
  return Buffer.from(`/${kept.join("/")}${isFolder && kept.length > 0 ? "/" : ""}`, "latin1");
}
