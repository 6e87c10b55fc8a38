import { expect, test } from "bun:test";
import { Choosing } from "./choosing.ts";
import { compressedHead } from "./head.ts";

test("what is wanted most is chosen (RFC 9110 §12.5.3)", () => {
  const choosing = new Choosing(["br", "zstd", "gzip"]);
  const cases: [string, string | undefined][] = [
    ["gzip, deflate, br, zstd", "br"],
    ["gzip;q=1.0, br;q=0.5", "gzip"],
    ["GZIP", "gzip"],
    ["x-gzip", "gzip"],
    ["*", "br"],
    ["br;q=0, *", "zstd"],
    ["*;q=0", undefined],
    ["identity", undefined],
    ["identity;q=1, gzip;q=0.5", undefined],
    ["gzip;q=0.5, identity;q=0.1", "gzip"],
    ["deflate", undefined],
    ["", undefined],
    ["br;q=2, gzip;q=abc", undefined],
    ["br ; q=0.001", "br"],
  ];
  expect(cases.map(([wanted]) => [wanted, choosing.for(wanted)])).toEqual(cases);
});

test("a head that varies already says so once", () => {
  const plain = "HTTP/1.1 200 OK\r\nVary: Cookie, accept-encoding\r\nContent-Length: 9\r\n\r\n";
  expect(compressedHead(plain, "gzip", 4)).toBe(
    "HTTP/1.1 200 OK\r\nVary: Cookie, accept-encoding\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n",
  );
  expect(compressedHead(plain.replace("accept-encoding", "Origin"), "br")).toBe(
    "HTTP/1.1 200 OK\r\nVary: Cookie, Origin\r\nContent-Encoding: br\r\nTransfer-Encoding: chunked\r\nVary: Accept-Encoding\r\n\r\n",
  );
});
