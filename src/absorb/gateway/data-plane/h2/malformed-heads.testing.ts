import { code, flag } from "./frames.ts";
import { dataOf, type Fields, getting, headersOf, posting } from "./dialogue.testing.ts";

/** What is said, and which error of RFC 9113 must follow: one that ends the connection, or one that ends a stream. */
export type Malformed = {
  what: string;
  says: Buffer[];
  connection?: number;
  stream?: number;
};

const { protocolError } = code;
const { endHeaders } = flag;
const open = headersOf(1, posting, endHeaders);

const without = (name: string): Fields => getting.filter(([each]) => each !== name);
const withField = (name: string, value: string): Fields => [...getting, [name, value]];
const wrongHead = (what: string, fields: Fields): Malformed => ({
  what,
  says: [headersOf(1, fields)],
  stream: protocolError,
});

const ofHeads: Malformed[] = [
  wrongHead("no method", without(":method")),
  wrongHead("no scheme", without(":scheme")),
  wrongHead("no path", without(":path")),
  wrongHead("no host at all", without(":authority")),
  wrongHead("nothing", []),
  wrongHead("an empty path", [...without(":path"), [":path", ""]]),
  wrongHead("a path that is a URL", [...without(":path"), [":path", "http://other.example/"]]),
  wrongHead("a path without a slash", [...without(":path"), [":path", "x"]]),
  wrongHead("a star for another method", [...without(":path"), [":path", "*"]]),
  wrongHead("a path with a blank", [...without(":path"), [":path", "/a b"]]),
  wrongHead("a path that holds another request", [
    ...without(":path"),
    [":path", "/ HTTP/1.1\r\nX: y"],
  ]),
  wrongHead("a path with a fragment", [...without(":path"), [":path", "/#x"]]),
  wrongHead("two methods", [[":method", "GET"], ...getting]),
  wrongHead("two paths", [[":path", "/"], ...getting]),
  wrongHead("two schemes", [[":scheme", "http"], ...getting]),
  wrongHead("two authorities", [[":authority", "a"], ...getting]),
  wrongHead("a scheme that is no web's", [...without(":scheme"), [":scheme", "ftp"]]),
  wrongHead("a status in a request", [...getting, [":status", "200"]]),
  wrongHead("a pseudo-header that nobody knows", [[":test", "x"], ...getting]),
  wrongHead("a pseudo-header after a field", [...without(":path"), ["a", "b"], [":path", "/"]]),
  wrongHead("a protocol without CONNECT", [...getting, [":protocol", "websocket"]]),
  wrongHead("a method with a blank", [...without(":method"), [":method", "GET /x HTTP/1.1"]]),
  wrongHead("a method in small letters", [...without(":method"), [":method", "get"]]),
  wrongHead("a capital letter in a name", withField("X-Test", "a")),
  wrongHead("a blank in a name", withField("x test", "a")),
  wrongHead("a colon in a name", withField("x:test", "a")),
  wrongHead("a line end in a name", withField("x\r\ny", "a")),
  wrongHead("no name", withField("", "a")),
  wrongHead("a line end in a value", withField("x", "a\r\nHost: other.example")),
  wrongHead("a line feed in a value", withField("x", "a\nb")),
  wrongHead("a zero in a value", withField("x", "a\0b")),
  wrongHead("a blank before a value", withField("x", " a")),
  wrongHead("a tab after a value", withField("x", "a\t")),
  wrongHead("connection", withField("connection", "close")),
  wrongHead("keep-alive", withField("keep-alive", "timeout=5")),
  wrongHead("proxy-connection", withField("proxy-connection", "keep-alive")),
  wrongHead("transfer-encoding", withField("transfer-encoding", "chunked")),
  wrongHead("upgrade", withField("upgrade", "websocket")),
  wrongHead("te for more than trailers", withField("te", "trailers, deflate")),
  wrongHead("a host that differs from the authority", withField("host", "other.example")),
  wrongHead("two hosts", [...without(":authority"), ["host", "a"], ["host", "a"]]),
  wrongHead("an authority with a name and password", [
    ...without(":authority"),
    [":authority", "a@b"],
  ]),
  wrongHead("an authority that is a list", [...without(":authority"), [":authority", "a,b"]]),
  wrongHead("two lengths", [...posting, ["content-length", "0"], ["content-length", "0"]]),
  wrongHead("a length that is none", [...posting, ["content-length", "1x"]]),
  wrongHead("a length below zero", [...posting, ["content-length", "-1"]]),
  wrongHead("a length and no body", [...posting, ["content-length", "1"]]),
];

const ofBodies: Malformed[] = [
  {
    what: "a body longer than its length",
    says: [headersOf(1, [...posting, ["content-length", "1"]], endHeaders), dataOf(1, "xx")],
    stream: protocolError,
  },
  {
    what: "a body shorter than its length",
    says: [headersOf(1, [...posting, ["content-length", "3"]], endHeaders), dataOf(1, "xx")],
    stream: protocolError,
  },
  {
    what: "a body whose trailers come too early",
    says: [
      headersOf(1, [...posting, ["content-length", "3"]], endHeaders),
      dataOf(1, "xx", 0),
      headersOf(1, [["x", "y"]]),
    ],
    stream: protocolError,
  },
  {
    what: "trailers that do not end the request",
    says: [open, dataOf(1, "x", 0), headersOf(1, [["x", "y"]], endHeaders)],
    stream: protocolError,
  },
  {
    what: "a pseudo-header among trailers",
    says: [open, headersOf(1, [[":path", "/"]])],
    stream: protocolError,
  },
  {
    what: "a capital letter among trailers",
    says: [open, headersOf(1, [["X", "y"]])],
    stream: protocolError,
  },
];

/** Requests that break a rule of RFC 9113 §8, or of HTTP itself. */
export const malformedRequests: readonly Malformed[] = [...ofHeads, ...ofBodies];
