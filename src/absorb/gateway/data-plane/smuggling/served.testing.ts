import { h, line, host, chunked, type ServedCase } from "./cases.testing.ts";

const asItIs =
  "RFC 9112 §3: the target passes byte for byte, and no route is chosen by a part of it that has two readings";
const optionalBlank = "RFC 9110 §5.5: blanks and tabs around a value are not part of it";
const dropped = "the field does not go on to the instance";

/** Whatever else happens to these, an instance gets one request of each. */
export const servedCases: ServedCase[] = [
  [
    "one empty line first",
    `\r\n${line("GET / HTTP/1.1")}`,
    "RFC 9112 §2.2: a server should ignore one",
  ],
  [
    "absolute form with its own host",
    line("GET http://shop.example/ HTTP/1.1"),
    "RFC 9112 §3.2.2: it goes on in origin form, with the same Host",
  ],
  [
    "absolute form in capitals",
    line("GET HTTP://SHOP.EXAMPLE/ HTTP/1.1"),
    "RFC 9110 §4.2.3: scheme and host know no case; it goes on in origin form",
  ],
  [
    "absolute form without path",
    line("GET http://shop.example?x=1 HTTP/1.1"),
    "RFC 9110 §4.2.3: the path is /, which is written into it",
  ],
  ["tab before a value", h("X-A:\tb\r\n"), optionalBlank],
  ["no blank after the colon", h("X-A:b\r\n"), optionalBlank],
  ["blank after CL", h("Content-Length: 3 \r\n", "abc"), optionalBlank],
  ["tab before CL", h("Content-Length:\t3\r\n", "abc"), optionalBlank],
  [
    "TE in capitals",
    h("TRANSFER-ENCODING: CHUNKED\r\n", "0\r\n\r\n"),
    "RFC 9112 §7: names of codings know no case",
  ],
  ["tab before TE", h("Transfer-Encoding:\tchunked\r\n", "0\r\n\r\n"), optionalBlank],
  ["blank after TE", h("Transfer-Encoding: chunked \r\n", "0\r\n\r\n"), optionalBlank],
  ["OPTIONS *", line("OPTIONS * HTTP/1.1"), "RFC 9110 §9.3.7"],
  ["Host with port", host("shop.example:8080"), "RFC 9110 §7.2"],
  ["Host with an empty port", host("shop.example:"), "RFC 3986 §3.2.3: a port may have no digits"],
  ["Host as IPv6", host("[::1]:8080"), "RFC 9110 §7.2"],
  [
    "Host with a dot at the end",
    host("shop.example."),
    "a full name; it is the same host to the routes",
  ],
  [
    "Host with an underscore",
    host("shop_1.example"),
    "RFC 3986 §3.2.2: a registered name may hold one",
  ],
  [
    "HTTP/1.0 without Host",
    "GET / HTTP/1.0\r\n\r\n",
    "RFC 9112 §3.2: only HTTP/1.1 must; the instance's own authority is written into it",
  ],
  [
    "HTTP/1.0 with a body",
    "POST / HTTP/1.0\r\nHost: shop.example\r\nContent-Length: 3\r\n\r\nabc",
    "RFC 9112 §6.3",
  ],
  ["unusual method", line("PROPFIND / HTTP/1.1"), "RFC 9110 §9.1: a token; it goes on as it is"],
  [
    "method with a dash",
    line("M-SEARCH / HTTP/1.1"),
    "RFC 9110 §9.1: a token; it goes on as it is",
  ],
  [
    "GET with CL",
    "GET / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 3\r\n\r\nabc",
    "RFC 9110 §9.3.1: odd, but its length is said once",
  ],
  [
    "GET with chunks",
    "GET / HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "RFC 9112 §6: chunks end where they say",
  ],
  ["latin letters in a value", h("X-A: \xe4\xf6\r\n"), "RFC 9110 §5.5: obs-text passes as bytes"],
  ["latin letters in the target", line("GET /\xe4 HTTP/1.1"), asItIs],
  ["an escaped NUL in the target", line("GET /a%00b HTTP/1.1"), asItIs],
  ["half an escape", line("GET /%zz HTTP/1.1"), asItIs],
  ["dots above the root", line("GET /../../etc/passwd HTTP/1.1"), asItIs],
  ["escaped dots", line("GET /%2e%2e/x HTTP/1.1"), asItIs],
  ["a backslash in the target", line("GET /a\\b HTTP/1.1"), asItIs],
  ["two slashes first", line("GET //evil.example/ HTTP/1.1"), asItIs],
  ["CL with an underscore", h("Content_Length: 3\r\n"), dropped],
  [
    "TE with an underscore",
    h("Transfer_Encoding: chunked\r\nContent-Length: 3\r\n", "abc"),
    dropped,
  ],
  ["X_Forwarded_For", line("GET / HTTP/1.1\r\nX_Forwarded_For: 6.6.6.6"), dropped],
  ["Proxy", line("GET / HTTP/1.1\r\nProxy: http://evil.example"), dropped],
  [
    "Connection names CL",
    h("Connection: Content-Length\r\nContent-Length: 3\r\n", "abc"),
    "what frames a message is never taken out of it",
  ],
  [
    "Connection names TE",
    h("Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
    "what frames a message is never taken out of it",
  ],
  [
    "Connection names Host",
    h("Connection: Host\r\nContent-Length: 3\r\n", "abc"),
    "what addresses a message is never taken out of it",
  ],
  [
    "upgrade to h2c",
    h(
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nContent-Length: 3\r\n",
      "abc",
    ),
    "RFC 9113 §3.1 took it back: both fields end here, and the request goes on as HTTP/1.1",
  ],
  [
    "expectation twice",
    h("Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 3\r\n", "abc"),
    "both say the same",
  ],
  ["chunk extension", chunked("5;a=b\r\nhello\r\n0\r\n\r\n"), "RFC 9112 §7.1.1"],
  [
    "chunk extension without name",
    chunked("5;\r\nhello\r\n0\r\n\r\n"),
    "RFC 9112 §7.1.1: whatever it is, it ends with the line",
  ],
  ["chunk extension in quotes", chunked('5;a="b c"\r\nhello\r\n0\r\n\r\n'), "RFC 9112 §7.1.1"],
  ["chunk size in capitals", chunked("A\r\nhellohello\r\n0\r\n\r\n"), "RFC 9112 §7.1"],
  [
    "last chunk of two zeros",
    chunked("5\r\nhello\r\n00\r\n\r\n"),
    'RFC 9112 §7.1: last-chunk = 1*"0"',
  ],
  ["last chunk with extension", chunked("5\r\nhello\r\n0;a\r\n\r\n"), "RFC 9112 §7.1.1"],
  [
    "trailer",
    chunked("0\r\nX-A: 1\r\n\r\n"),
    "RFC 9110 §6.5.1: a proxy may leave trailers out of a request, and this one does, since some servers read them as a next request",
  ],
];
