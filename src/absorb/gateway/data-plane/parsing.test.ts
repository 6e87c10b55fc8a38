import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { ChunkedBody } from "./chunked-body.ts";
import { type HeadLimits, parsed } from "./head.ts";
import { RequestHead } from "./request-head.ts";
import { ResponseHead } from "./response-head.ts";

const limits: HeadLimits = { headBytesMax: 4_096, headersMax: 16, targetBytesMax: 256 };

/** All that a parser says about some bytes, whichever pieces they came in. */
function requestSeen(bytes: Buffer, cuts: readonly number[]): unknown {
  const head = new RequestHead(limits);
  head.reset(0, limits);
  let said: number = parsed.more;
  for (const end of [...cuts, bytes.length]) {
    said = head.parse(bytes, end);
    if (said !== parsed.more) break;
  }
  if (said === parsed.bad) return { said, problem: head.problem };
  if (said === parsed.more) return { said };
  return {
    said,
    method: head.method,
    target: bytes.toString("latin1", head.targetStart, head.targetEnd),
    bodyStart: head.bodyStart,
    count: head.count,
    length: head.contentLength,
    chunked: head.chunked,
    keepsAlive: head.keepsAlive,
    named: head.named,
    spans: [...head.spans.subarray(0, head.count * 4)],
  };
}

function responseSeen(bytes: Buffer, cuts: readonly number[]): unknown {
  const head = new ResponseHead(limits);
  head.reset(0, limits);
  let said: number = parsed.more;
  for (const end of [...cuts, bytes.length]) {
    said = head.parse(bytes, end);
    if (said !== parsed.more) break;
  }
  return said === parsed.bad
    ? { said, problem: head.problem }
    : { said, status: head.status, length: head.contentLength, count: head.count };
}

function chunksSeen(bytes: Buffer, cuts: readonly number[]): unknown {
  const body = new ChunkedBody({ chunkExtensionBytesMax: 32, trailerBytesMax: 256 });
  let data = "";
  let at = 0;
  for (const end of [...cuts, bytes.length]) {
    if (body.isDone || body.problem !== "") break;
    at = body.scan(bytes, at, end, (from, to) => {
      data += bytes.toString("latin1", from, to);
    });
  }
  return { at, data, isDone: body.isDone, problem: body.problem, bytes: body.dataBytes };
}

/** Text made of pieces that matter to a parser, valid or not. */
const soup = (pieces: readonly string[]) =>
  fc
    .array(fc.constantFrom(...pieces), { maxLength: 24 })
    .map((parts) => Buffer.from(parts.join(""), "latin1"));
const cutsOf = (bytes: Buffer) =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: bytes.length }))
    .map((cuts) => cuts.toSorted((a, b) => a - b));
const cut = (pieces: readonly string[]) =>
  soup(pieces).chain((bytes) => fc.tuple(fc.constant(bytes), cutsOf(bytes)));

const fieldPieces = [
  "\r\n",
  "\r\n\r\n",
  "\n",
  "\r",
  ":",
  ": ",
  " ",
  "\t",
  "\0",
  "a",
  "X-A: b\r\n",
  "Host: a\r\n",
  "Host: a,b\r\n",
  "Content-Length: 3\r\n",
  "Content-Length: x\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Connection: close, x-a\r\n",
  "Connection: keep-alive\r\n",
  "Expect: 100-continue\r\n",
  "\xff",
  `X: ${"y".repeat(300)}\r\n`,
]; // prettier keeps these in rows
const requestPieces = [
  "GET / HTTP/1.1\r\n",
  "POST /a?b HTTP/1.0\r\n",
  "GET",
  " ",
  "/",
  "HTTP/1.1",
  "HTTP/2",
  ...fieldPieces,
];
const responsePieces = [
  "HTTP/1.1 200 OK\r\n",
  "HTTP/1.0 404\r\n",
  "HTTP/1.1 ",
  "20",
  "0 x",
  ...fieldPieces,
];
const chunkPieces = [
  "5\r\nhello\r\n",
  "0\r\n\r\n",
  "0\r\n",
  "a\r\n",
  "F;x=y\r\n",
  "\r\n",
  "\n",
  "\r",
  "g",
  " ",
  ";",
  "hello",
  "X: y\r\n",
  "Host: a\r\n",
  "0123456789",
];

describe("any split of the byte stream parses the same", () => {
  const runs = { numRuns: 2_000 };
  test("request heads", () => {
    fc.assert(
      fc.property(cut(requestPieces), ([bytes, cuts]) => {
        expect(requestSeen(bytes, cuts)).toEqual(requestSeen(bytes, []));
      }),
      runs,
    );
  });
  test("whole requests, cut at every byte", () => {
    const bytes = Buffer.from(
      "\r\nPUT http://a/x?y HTTP/1.1\r\nhost:a\r\nConnection: x-b, close\r\nX-B:  \t1 \r\nX-C:\r\ncontent-length: 12\r\n\r\n",
    );
    const whole = requestSeen(bytes, []) as { said: number };
    expect(whole.said).toBe(parsed.whole);
    const everyByte = Array.from({ length: bytes.length }, (_, i) => i);
    expect(requestSeen(bytes, everyByte)).toEqual(whole);
  });
  test("response heads", () => {
    fc.assert(
      fc.property(cut(responsePieces), ([bytes, cuts]) => {
        expect(responseSeen(bytes, cuts)).toEqual(responseSeen(bytes, []));
      }),
      runs,
    );
  });
  test("chunked bodies", () => {
    fc.assert(
      fc.property(cut(chunkPieces), ([bytes, cuts]) => {
        expect(chunksSeen(bytes, cuts)).toEqual(chunksSeen(bytes, []));
      }),
      runs,
    );
  });
});

test("a chunked body gives its data and stops exactly at its end", () => {
  const bytes = Buffer.from("5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\nGET /");
  expect(chunksSeen(bytes, [])).toEqual({
    at: bytes.indexOf("GET /"),
    data: "hello world",
    isDone: true,
    problem: "",
    bytes: 11,
  });
});

test("a response may say its length in one way only", () => {
  const of = (lines: string): unknown =>
    responseSeen(Buffer.from(`HTTP/1.1 200 OK\r\n${lines}\r\n`), []);
  const bad = (problem: string) => ({ said: parsed.bad, problem });
  expect(of("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n")).toEqual(bad("two-lengths"));
  expect(of("Content-Length: 3\r\nContent-Length: 3\r\n")).toEqual(bad("duplicate-content-length"));
  expect(of("Content-Length: 3, 3\r\n")).toEqual(bad("content-length"));
  expect(of("Transfer-Encoding: gzip, chunked\r\n")).toEqual(bad("transfer-encoding"));
  expect(of("X: a\n")).toEqual(bad("bare-lf"));
});
