import { afterAll, beforeAll, expect, test } from "bun:test";
import { answering, Backend, ok, type World, world } from "./world.testing.ts";

/** What two servers could read differently, and the answer that says what was wrong. */
type Case = [name: string, request: string, status: number, reason: string];

const h = (lines: string, body = ""): string =>
  `POST /x HTTP/1.1\r\nHost: shop.example\r\n${lines}\r\n${body}`;
const line = (requestLine: string): string => `${requestLine}\r\nHost: shop.example\r\n\r\n`;
const chunked = (body: string): string => h("Transfer-Encoding: chunked\r\n", body);
const te = (value: string): string => h(`Transfer-Encoding: ${value}\r\n`, "0\r\n\r\n");
const cl = (value: string): string => h(`Content-Length: ${value}\r\n`, "abc");

const cases: Case[] = [
  [
    "CL then TE",
    h("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
    400,
    "two-lengths",
  ],
  [
    "TE then CL",
    h("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
    400,
    "two-lengths",
  ],
  [
    "CL 0 and TE",
    h("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
    400,
    "two-lengths",
  ],
  [
    "two different CL",
    h("Content-Length: 3\r\nContent-Length: 5\r\n", "abc"),
    400,
    "duplicate-content-length",
  ],
  [
    "two equal CL",
    h("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"),
    400,
    "duplicate-content-length",
  ],
  [
    "two CL in other case",
    h("Content-Length: 3\r\ncontent-length: 3\r\n", "abc"),
    400,
    "duplicate-content-length",
  ],
  ["CL list", cl("3, 3"), 400, "content-length"],
  ["CL plus", cl("+3"), 400, "content-length"],
  ["CL minus", cl("-3"), 400, "content-length"],
  ["CL hex", cl("0x3"), 400, "content-length"],
  ["CL octal looks", cl("03"), 400, "content-length"],
  ["CL junk", cl("3a"), 400, "content-length"],
  ["CL fraction", cl("3.0"), 400, "content-length"],
  ["CL exponent", cl("3e0"), 400, "content-length"],
  ["CL empty", cl(""), 400, "content-length"],
  ["CL inner blank", cl("3 3"), 400, "content-length"],
  ["CL overflow", cl("18446744073709551619"), 400, "content-length"],
  ["CL quoted", cl('"3"'), 400, "content-length"],
  ["CL latin digits", cl("\xb3"), 400, "content-length"],
  ["TE xchunked", te("xchunked"), 400, "transfer-encoding"],
  ["TE chunkedx", te("chunkedx"), 400, "transfer-encoding"],
  ["TE gzip", te("gzip"), 400, "transfer-encoding"],
  ["TE gzip, chunked", te("gzip, chunked"), 400, "transfer-encoding"],
  ["TE chunked, gzip", te("chunked, gzip"), 400, "transfer-encoding"],
  ["TE chunked, chunked", te("chunked, chunked"), 400, "transfer-encoding"],
  ["TE identity", te("identity"), 400, "transfer-encoding"],
  ["TE chunked, identity", te("chunked, identity"), 400, "transfer-encoding"],
  ["TE quoted", te('"chunked"'), 400, "transfer-encoding"],
  ["TE with parameter", te("chunked;q=1"), 400, "transfer-encoding"],
  ["TE comma first", te(", chunked"), 400, "transfer-encoding"],
  ["TE comma last", te("chunked,"), 400, "transfer-encoding"],
  ["TE empty", te(""), 400, "transfer-encoding"],
  ["TE vertical tab", te("\x0bchunked"), 400, "control-character"],
  ["TE form feed", te("chunked\x0c"), 400, "control-character"],
  ["TE NUL", te("chunked\0"), 400, "control-character"],
  ["TE latin blank", te("\xa0chunked"), 400, "transfer-encoding"],
  [
    "TE twice",
    h("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
    400,
    "duplicate-transfer-encoding",
  ],
  [
    "TE twice, x first",
    h("Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
    400,
    "transfer-encoding",
  ],
  ["TE folded", h("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), 400, "transfer-encoding"],
  [
    "TE space before colon",
    h("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
    400,
    "space-before-colon",
  ],
  [
    "TE tab before colon",
    h("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n"),
    400,
    "space-before-colon",
  ],
  ["CL space before colon", h("Content-Length : 3\r\n", "abc"), 400, "space-before-colon"],
  [
    "TE in HTTP/1.0",
    "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    400,
    "chunked-in-http-1.0",
  ],
  [
    "underscore is another name, blank is none",
    h("Transfer Encoding: chunked\r\n", "0\r\n\r\n"),
    400,
    "space-before-colon",
  ],
  ["obs-fold", h("X-A: 1\r\n 2\r\n"), 400, "folded-line"],
  ["obs-fold by tab", h("X-A: 1\r\n\t2\r\n"), 400, "folded-line"],
  ["first header begins with blank", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400, "folded-line"],
  ["bare LF after header", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400, "bare-lf"],
  ["bare LF after request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400, "bare-lf"],
  ["bare LF at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400, "bare-lf"],
  ["bare LF everywhere", "GET / HTTP/1.1\nHost: a\n\n", 400, "bare-lf"],
  ["bare CR in value", h("X-A: a\rb\r\n"), 400, "bare-cr"],
  ["bare CR before header", h("\rX-A: a\r\n"), 400, "bare-cr"],
  ["CR CR LF", h("X-A: a\r\r\n"), 400, "bare-cr"],
  ["NUL in value", h("X-A: a\0b\r\n"), 400, "control-character"],
  ["NUL in name", h("X\0A: b\r\n"), 400, "header-name"],
  ["DEL in value", h("X-A: a\x7fb\r\n"), 400, "control-character"],
  ["escape in value", h("X-A: a\x1bb\r\n"), 400, "control-character"],
  ["no colon", h("X-A\r\n"), 400, "header-without-colon"],
  ["empty name", h(": a\r\n"), 400, "empty-header-name"],
  ["bracket in name", h("X(: a\r\n"), 400, "header-name"],
  ["latin letter in name", h("X-\xe4: a\r\n"), 400, "header-name"],
  ["slash in name", h("X/A: a\r\n"), 400, "header-name"],
  ["missing Host", "GET / HTTP/1.1\r\nX: a\r\n\r\n", 400, "missing-host"],
  ["no header at all", "GET / HTTP/1.1\r\n\r\n", 400, "missing-host"],
  ["two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "duplicate-host"],
  ["two equal Hosts", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", 400, "duplicate-host"],
  ["Host list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400, "host"],
  ["Host with userinfo", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400, "host"],
  ["Host with path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "host"],
  ["Host with blank", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "host"],
  ["Host empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, "empty-host"],
  ["two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400, "duplicate-host"],
  ["HTTP/1.2", line("GET / HTTP/1.2"), 505, "version"],
  ["HTTP/2.0", line("GET / HTTP/2.0"), 505, "version"],
  ["HTTP/0.9", line("GET / HTTP/0.9"), 505, "version"],
  ["HTTP/11.1", line("GET / HTTP/11.1"), 505, "version"],
  ["http/1.1", line("GET / http/1.1"), 400, "request-line"],
  ["HTTP/1.1 and blank", line("GET / HTTP/1.1 "), 400, "request-line"],
  ["HTTP/1.01", line("GET / HTTP/1.01"), 400, "request-line"],
  ["no version", line("GET /"), 400, "request-line"],
  ["two blanks before target", line("GET  / HTTP/1.1"), 400, "request-line"],
  ["two blanks after target", line("GET /  HTTP/1.1"), 400, "request-line"],
  ["tab after method", line("GET\t/ HTTP/1.1"), 400, "method"],
  ["blank before method", line(" GET / HTTP/1.1"), 400, "method"],
  ["lower-case method", line("get / HTTP/1.1"), 400, "method"],
  ["bad method", line("G@T / HTTP/1.1"), 400, "method"],
  ["endless method", line(`${"A".repeat(40)} / HTTP/1.1`), 400, "method"],
  ["CONNECT", line("CONNECT shop.example:443 HTTP/1.1"), 405, "method-refused"],
  ["TRACE", line("TRACE / HTTP/1.1"), 405, "method-refused"],
  [
    "absolute form with other host",
    line("GET http://other.example/ HTTP/1.1"),
    400,
    "absolute-form-host",
  ],
  [
    "absolute form with userinfo",
    line("GET http://shop.example@other/ HTTP/1.1"),
    400,
    "absolute-form-host",
  ],
  ["absolute form without host", line("GET http:///x HTTP/1.1"), 400, "target"],
  ["other scheme", line("GET ftp://shop.example/ HTTP/1.1"), 400, "target"],
  ["target without slash", line("GET x HTTP/1.1"), 400, "target"],
  ["asterisk with GET", line("GET * HTTP/1.1"), 400, "target"],
  ["fragment", line("GET /a#b HTTP/1.1"), 400, "request-line"],
  ["control in target", line("GET /a\x01b HTTP/1.1"), 400, "request-line"],
  ["NUL in target", line("GET /a\0b HTTP/1.1"), 400, "request-line"],
  ["two empty lines first", `\r\n\r\n${line("GET / HTTP/1.1")}`, 400, "method"],
  ["TLS hello", "\x16\x03\x01\x02\x00\x01\x00", 400, "method"],
  ["HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version"],
  ["unknown expectation", h("Expect: 200-ok\r\nContent-Length: 3\r\n", "abc"), 417, "expectation"],
  ["chunk size not hex", chunked("g\r\n\r\n"), 400, "chunk-size"],
  ["chunk size 0x", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400, "chunk-size"],
  ["chunk size minus", chunked("-5\r\nhello\r\n0\r\n\r\n"), 400, "chunk-size"],
  ["chunk size plus", chunked("+5\r\nhello\r\n0\r\n\r\n"), 400, "chunk-size"],
  ["chunk size empty", chunked("\r\nhello\r\n0\r\n\r\n"), 400, "chunk-size"],
  ["chunk size overflow", chunked("100000005\r\nhello\r\n0\r\n\r\n"), 400, "chunk-size"],
  ["chunk size then blank", chunked("5 \r\nhello\r\n0\r\n\r\n"), 400, "chunk-size"],
  ["chunk size after blank", chunked(" 5\r\nhello\r\n0\r\n\r\n"), 400, "chunk-size"],
  ["chunk size bare LF", chunked("5\nhello\r\n0\r\n\r\n"), 400, "chunk-size"],
  ["chunk size bare CR", chunked("5\rhello\r\n0\r\n\r\n"), 400, "chunk-size"],
  ["chunk longer than it says", chunked("3\r\nhello\r\n0\r\n\r\n"), 400, "chunk-end"],
  ["chunk end bare LF", chunked("5\r\nhello\n0\r\n\r\n"), 400, "chunk-end"],
  ["chunk extension with LF", chunked("5;a\nb\r\nhello\r\n0\r\n\r\n"), 400, "chunk-extension"],
  ["chunk extension with NUL", chunked("5;a\0\r\nhello\r\n0\r\n\r\n"), 400, "chunk-extension"],
  [
    "chunk extension of 20 KB",
    chunked(`5;${"a".repeat(20_000)}\r\nhello\r\n0\r\n\r\n`),
    400,
    "chunk-extension-too-long",
  ],
  ["trailer without colon", chunked("0\r\nX\r\n\r\n"), 400, "trailer"],
  ["trailer with blank name", chunked("0\r\n X: 1\r\n\r\n"), 400, "trailer"],
  ["trailer bare LF", chunked("0\r\nX: 1\n\r\n"), 400, "trailer"],
  [
    "trailer frames the message",
    chunked("0\r\nContent-Length: 5\r\n\r\n"),
    400,
    "trailer-forbidden",
  ],
  [
    "trailer chunks again",
    chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    400,
    "trailer-forbidden",
  ],
  ["endless trailers", chunked(`0\r\nX: ${"a".repeat(9_000)}\r\n\r\n`), 400, "trailers-too-long"],
  ["too many headers", h("X: 1\r\n".repeat(200)), 431, "too-many-headers"],
  ["head too large", h(`X: ${"a".repeat(40_000)}\r\n`), 431, "head-too-large"],
  ["target too long", line(`GET /${"a".repeat(9_000)} HTTP/1.1`), 414, "target-too-long"],
];

let backend: Backend;
let gate: World;
beforeAll(() => {
  backend = new Backend(answering(ok("x")));
  gate = world([backend]);
});
afterAll(() => {
  gate[Symbol.dispose]();
  backend.stop();
});

test("the corpus is as large as it claims", () => {
  expect(cases.length).toBeGreaterThanOrEqual(80);
  expect(new Set(cases.map(([name]) => name)).size).toBe(cases.length);
});

for (const [name, request, status, reason] of cases) {
  test(`${name} is refused as ${reason} and closes the connection`, async () => {
    const before = gate.tally.of("gateway.refusals", { reason: `gateway.bad-request.${reason}` });
    // What follows would be a second request, if the gateway or an instance believed in it.
    const answer = await gate.ask(`${request}GET /smuggled HTTP/1.1\r\nHost: shop.example\r\n\r\n`);
    expect(answer).toStartWith(`HTTP/1.1 ${status} `);
    expect(answer).toContain(`X-Castor-Reason: gateway.bad-request.${reason}\r\n`);
    expect(answer).toContain("Connection: close\r\n");
    expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(backend.text).not.toContain("/smuggled");
    const after = gate.tally.of("gateway.refusals", { reason: `gateway.bad-request.${reason}` });
    expect(after).toBe(before + 1);
  });
}

const fine: [name: string, request: string][] = [
  ["one empty line first", `\r\n${line("GET / HTTP/1.1")}`],
  ["absolute form with its own host", line("GET http://shop.example/ HTTP/1.1")],
  ["tab before a value", h("X-A:\tb\r\n")],
  ["no blank after the colon", h("X-A:b\r\n")],
  ["TE in capitals", h("TRANSFER-ENCODING: CHUNKED\r\n", "0\r\n\r\n")],
  ["OPTIONS *", line("OPTIONS * HTTP/1.1")],
  ["Host with port", "GET / HTTP/1.1\r\nHost: shop.example:8080\r\n\r\n"],
  ["Host as IPv6", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"],
  ["HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n"],
  ["unusual method", line("PROPFIND / HTTP/1.1")],
  ["latin letters in a value", h("X-A: \xe4\xf6\r\n")],
];
for (const [name, request] of fine) {
  test(`${name} is served`, async () => {
    const wire = await gate.dial();
    expect(await wire.send(request).says("\r\n\r\nx")).toStartWith("HTTP/1.1 200 OK\r\n");
    wire.hangUp();
  });
}
