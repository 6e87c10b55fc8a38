import { latin1 } from "../bytes.ts";
import { type HeaderField, role } from "./header-field.ts";

/** Room for the largest head that may be configured, and for what is added to it. */
const roomBytes = 147_456;
const http11 = latin1(" HTTP/1.1\r\n");
const lineEnd = latin1("\r\n");
const chunkedLine = latin1("transfer-encoding: chunked\r\n");
const noBodyLine = latin1("content-length: 0\r\n");
const upgradeLines = latin1("connection: upgrade\r\nupgrade: websocket\r\n");
const keyBytes = 16;
/** RFC 9110 §8.6: methods whose requests say so when they bring nothing. */
const usuallyWithBody = new Set(["POST", "PUT", "PATCH"]);

/**
 * Writes the fields of one HTTP/2 request (RFC 9113 §8.3) as the head of an HTTP/1.1 request, which is then read as
 * strictly as any other. What could not be written without becoming something else is a problem.
 */
export class RequestDraft {
  readonly bytes: Buffer = Buffer.allocUnsafeSlow(roomBytes);
  /** Why the request is malformed; empty while it is not. */
  problem = "";
  problemStatus = 400;
  #isWebSocket = false;
  #at = 0;
  #listBytes = 0;
  #listBytesMax = 0;
  #hasBegun = false;
  #method: string | undefined = undefined;
  #path: string | undefined = undefined;
  #scheme: string | undefined = undefined;
  #authority: string | undefined = undefined;
  #protocol: string | undefined = undefined;
  #host: string | undefined = undefined;
  #length: string | undefined = undefined;
  #cookies: string[] = [];

  start(listBytesMax: number): void {
    this.problem = "";
    this.problemStatus = 400;
    this.#isWebSocket = false;
    this.#at = 0;
    this.#listBytes = 0;
    this.#listBytesMax = listBytesMax;
    this.#hasBegun = false;
    this.#method = this.#path = this.#scheme = this.#authority = undefined;
    this.#protocol = this.#host = this.#length = undefined;
    if (this.#cookies.length > 0) this.#cookies = [];
  }

  add(field: HeaderField): void {
    this.#listBytes += field.size;
    if (this.#listBytes > this.#listBytesMax) this.#bad("head-too-large", 431);
    if (this.problem !== "") return;
    if (field.problem !== "") this.#bad(field.problem);
    else if (field.role === role.pseudo) this.#pseudo(field);
    else {
      if (!this.#hasBegun) this.#begin();
      this.#field(field);
    }
  }

  #pseudo({ name, value }: HeaderField): void {
    if (this.#hasBegun) this.#bad("pseudo-header-late");
    else if (name === ":method" && this.#method === undefined) this.#method = value;
    else if (name === ":path" && this.#path === undefined) this.#path = value;
    else if (name === ":scheme" && this.#scheme === undefined) this.#scheme = value;
    else if (name === ":authority" && this.#authority === undefined) this.#authority = value;
    else if (name === ":protocol" && this.#protocol === undefined) this.#protocol = value;
    else this.#bad("pseudo-header");
  }

  /** The request line, once all that it is made of has come. */
  #begin(): void {
    this.#hasBegun = true;
    const method = this.#method ?? "";
    const path = this.#path ?? "";
    if (method === "CONNECT") {
      if (this.#protocol === undefined) return this.#bad("method-refused", 405);
      if (this.#protocol !== "websocket") return this.#bad("protocol", 501);
    } else if (this.#protocol !== undefined) return this.#bad("protocol");
    if (method === "" || this.#scheme === undefined) return this.#bad("pseudo-header-missing");
    if (this.#scheme !== "http" && this.#scheme !== "https") return this.#bad("scheme");
    if (!path.startsWith("/") && (path !== "*" || method !== "OPTIONS")) return this.#bad("target");
    this.#isWebSocket = method === "CONNECT";
    this.#text(this.#isWebSocket ? "GET " : `${method} `);
    this.#text(path);
    this.#copy(http11);
    if (this.#authority !== undefined) this.#line("host", this.#authority);
    if (this.#isWebSocket) {
      this.#copy(upgradeLines);
      const key = crypto.getRandomValues(Buffer.alloc(keyBytes)).toString("base64");
      this.#line("sec-websocket-key", key);
    }
  }

  #field(field: HeaderField): void {
    if (this.problem !== "") return;
    if (field.role === role.plain) {
      const isOurs = field.name === "te" || (this.#isWebSocket && isHandshake(field.name));
      if (!isOurs) this.#copy(field.line);
    } else if (field.role === role.cookie) this.#cookies.push(field.value);
    else if (field.role === role.host) {
      if (this.#host !== undefined) this.#bad("duplicate-host");
      this.#host = field.value;
    } else {
      if (this.#length !== undefined) this.#bad("duplicate-content-length");
      this.#length = field.value;
    }
  }

  /** Ends the head; its length, or 0 when there is a problem. */
  finish(isLast: boolean): number {
    if (this.problem === "" && !this.#hasBegun) this.#begin();
    if (this.problem !== "") return 0;
    this.#address();
    const [first = "", ...more] = this.#cookies;
    // RFC 9113 §8.2.3: crumbs become one field again.
    if (more.length > 0) this.#line("cookie", this.#cookies.join("; "));
    else if (first !== "") this.#line("cookie", first);
    if (!this.#isWebSocket) this.#frame(isLast);
    this.#copy(lineEnd);
    return this.problem === "" ? this.#at : 0;
  }

  #address(): void {
    if (this.#host === undefined) return;
    if (this.#authority === undefined) this.#line("host", this.#host);
    else if (this.#authority.toLowerCase() !== this.#host.toLowerCase()) this.#bad("host-differs");
  }

  #frame(isLast: boolean): void {
    if (this.#length !== undefined) {
      if (isLast && this.#length !== "0") this.#bad("body-missing");
      this.#line("content-length", this.#length);
    } else if (!isLast) this.#copy(chunkedLine);
    else if (usuallyWithBody.has(this.#method ?? "")) this.#copy(noBodyLine);
  }

  #line(name: string, value: string): void {
    this.#text(`${name}: ${value}`);
    this.#copy(lineEnd);
  }
  #text(text: string): void {
    this.#at += this.bytes.write(text, this.#at, "latin1");
  }
  #copy(bytes: Buffer): void {
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #bad(problem: string, status = 400): void {
    if (this.problem !== "") return;
    this.problem = problem;
    this.problemStatus = status;
  }
}

/** What HTTP/1.1 needs to begin a WebSocket and HTTP/2 does not (RFC 8441 §5). */
const isHandshake = (name: string): boolean => name === "sec-websocket-key";
