import { latin1, tokenBytes, valueBytes } from "../bytes.ts";

/** RFC 7541 §4.1: what a field counts for besides its text. */
const overheadBytes = 32;

/** RFC 9113 §8.2.2: what speaks of a connection has no place in HTTP/2. */
const ofConnection = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** What a field is to a request, found out once and kept with it in the table. */
export const role = { plain: 0, pseudo: 1, host: 2, cookie: 3, length: 4 } as const;

/** A field as HPACK carries it, one character per byte. */
export class HeaderField {
  readonly name: string;
  readonly value: string;
  readonly role: number;
  /** Why a message with it is malformed; empty where it may stand. */
  readonly problem: string;
  #line: Buffer | undefined = undefined;

  constructor(name: string, value: string) {
    this.name = name;
    this.value = value;
    this.role = roleOf(name);
    this.problem = problemOf(name, value);
  }

  get size(): number {
    return this.name.length + this.value.length + overheadBytes;
  }
  /** As HTTP/1.1 writes it. */
  get line(): Buffer {
    return (this.#line ??= latin1(`${this.name}: ${this.value}\r\n`));
  }
}

function roleOf(name: string): number {
  if (name.startsWith(":")) return role.pseudo;
  if (name === "cookie") return role.cookie;
  if (name === "host") return role.host;
  return name === "content-length" ? role.length : role.plain;
}

/** RFC 9113 §8.2.1 and §8.2.2. */
function problemOf(name: string, value: string): string {
  const from = name.startsWith(":") ? 1 : 0;
  if (name.length === from) return "empty-header-name";
  for (let i = from; i < name.length; i++) {
    const byte = name.charCodeAt(i);
    if (tokenBytes[byte] !== 1 || (byte >= 65 && byte <= 90)) return "header-name";
  }
  for (let i = 0; i < value.length; i++) {
    if (valueBytes[value.charCodeAt(i)] !== 1) return "control-character";
  }
  if (isBlank(value.charCodeAt(0)) || isBlank(value.charCodeAt(value.length - 1)))
    return "blank-around-value";
  if (ofConnection.has(name)) return "connection-field";
  return name === "te" && value !== "trailers" ? "te" : "";
}

const isBlank = (byte: number): boolean => byte === 32 || byte === 9;
