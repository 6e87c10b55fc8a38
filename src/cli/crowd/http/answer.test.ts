import { describe, expect, test } from "bun:test";
import { AnswerReader, type Answer } from "./answer.ts";
import { Malformed } from "./head.ts";

const read = (text: string, method = "GET"): Answer | undefined =>
  new AnswerReader(method, true).feed(Buffer.from(text, "latin1"));

/** The same bytes, one at a time. */
function drip(text: string, method = "GET"): Answer | undefined {
  const reader = new AnswerReader(method, true);
  let answer: Answer | undefined;
  for (const byte of Buffer.from(text, "latin1"))
    answer = reader.feed(Buffer.from([byte])) ?? answer;
  return answer;
}

const whole: [what: string, text: string, method: string, body: string][] = [
  ["a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "GET", "hello"],
  [
    "chunks and trailers",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\nA\r\n, visitors\r\n0\r\nX: y\r\n\r\n",
    "GET",
    "hello, visitors",
  ],
  ["no body for HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD", ""],
  ["no body for 304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "GET", ""],
  [
    "an interim answer first",
    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "GET",
    "ok",
  ],
];

describe("an answer ends where it says", () => {
  for (const [what, text, method, body] of whole) {
    test(what, () => {
      for (const answer of [read(text, method), drip(text, method)]) {
        expect(answer?.text).toBe(body);
        expect(answer?.bytes).toBe(text.length);
        expect(answer?.keepAlive).toBe(true);
      }
    });
  }

  test("with the connection, when it says nothing", () => {
    const reader = new AnswerReader("GET", true);
    expect(reader.feed(Buffer.from("HTTP/1.1 200 OK\r\n\r\nhel"))).toBeUndefined();
    expect(reader.feed(Buffer.from("lo"))).toBeUndefined();
    expect(reader.end()).toMatchObject({ text: "hello", keepAlive: false });
  });

  test("and is not whole when the connection ends sooner", () => {
    const reader = new AnswerReader("GET", true);
    reader.feed(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"));
    expect(reader.end()).toBeUndefined();
    expect(reader.started).toBe(true);
  });
});

test("repeated headers are all kept", () =>
  expect(
    read(
      "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nContent-Length: 0\r\n\r\n",
    )?.headers.get("set-cookie"),
  ).toEqual(["a=1", "b=2"]));

test("a connection is not used again when the server says so, or speaks on", () => {
  const ok = "Content-Length: 0\r\n\r\n";
  expect(read(`HTTP/1.1 200 OK\r\nConnection: close\r\n${ok}`)?.keepAlive).toBe(false);
  expect(read(`HTTP/1.0 200 OK\r\n${ok}`)?.keepAlive).toBe(false);
  expect(read(`HTTP/1.1 200 OK\r\n${ok}surplus`)?.keepAlive).toBe(false);
});

describe("what is not HTTP/1.1 is refused", () => {
  for (const text of [
    "SSH-2.0-OpenSSH\r\n\r\n",
    "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
    "HTTP/1.1 101 Switching Protocols\r\n\r\n",
  ]) {
    test(JSON.stringify(text), () => expect(() => read(text)).toThrow(Malformed));
  }
  test("a head without end", () =>
    expect(() => read(`HTTP/1.1 200 OK\r\n${"x".repeat(70_000)}`)).toThrow(Malformed));
});
