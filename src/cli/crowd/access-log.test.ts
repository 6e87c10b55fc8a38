import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAccessLog, parseLogLine } from "./access-log.ts";

const recorded = join(import.meta.dir, "../../../../shared/data/access-log/apache_logs");

test("a combined line is read whole", () =>
  expect(
    parseLogLine(
      '83.149.9.216 - - [17/May/2015:10:05:03 +0200] "GET /a?b=c HTTP/1.1" 200 203023 "http://x.org/" "Mozilla/5.0 (X)"',
    ),
  ).toEqual({
    at: Date.UTC(2015, 4, 17, 8, 5, 3),
    person: "83.149.9.216 Mozilla/5.0 (X)",
    address: "83.149.9.216",
    method: "GET",
    path: "/a?b=c",
    status: 200,
    referrer: "http://x.org/",
    agent: "Mozilla/5.0 (X)",
  }));

test("a quote within a field does not end it, and escapes are undone", () =>
  expect(
    parseLogLine(
      String.raw`::1 - ann [01/Jan/2026:00:00:00 -0130] "GET /a\"b\xe9 HTTP/1.1" 404 - "-" "a \"quoted\" browser \\"`,
    ),
  ).toMatchObject({
    at: Date.UTC(2026, 0, 1, 1, 30),
    path: '/a"b\u00E9',
    referrer: "",
    agent: 'a "quoted" browser \\',
  }));

test("a common line without referrer and browser is read", () =>
  expect(
    parseLogLine('1.2.3.4 - - [01/Jan/2026:00:00:00 +0000] "HEAD / HTTP/1.0" 200 12'),
  ).toMatchObject({ method: "HEAD", path: "/", agent: "" }));

test("what is no request is counted, not thrown", () => {
  const log = [
    "not a line",
    '1.2.3.4 - - [01/Jan/2026:00:00:00 +0000] "\\x16\\x03\\x01" 400 0 "-" "-"',
    '1.2.3.4 - - [01/Foo/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 0 "-" "-"',
    '1.2.3.4 - - [01/Jan/2026:00:00:09 +0000] "GET /late HTTP/1.1" 200 0 "-" "-"',
    '1.2.3.4 - - [01/Jan/2026:00:00:01 +0000] "GET /early HTTP/1.1" 200 0 "-" "-"',
    "",
  ].join("\n");
  const { requests, unreadable } = parseAccessLog(log);
  expect(unreadable).toBe(3);
  expect(requests.map(({ path }) => path)).toEqual(["/early", "/late"]);
});

test.skipIf(!existsSync(recorded))("every line of a real day is read", () => {
  const { requests, unreadable } = parseAccessLog(readFileSync(recorded, "latin1"));
  expect(requests).toHaveLength(10_000);
  expect(unreadable).toBe(0);
});

const asked = '[01/Jan/2026:00:00:00 +0530] "GET / HTTP/1.1" 200 5 "-" "x"';
test.each([
  [`shop.example:443 203.0.113.9 - - ${asked}`, "203.0.113.9"],
  [`shop.example 203.0.113.9 - - ${asked}`, "203.0.113.9"],
  [`2001:db8::1 - - ${asked}`, "2001:db8::1"],
  [`[2001:db8::1] - - ${asked}`, "2001:db8::1"],
  [`203.0.113.9, 10.0.0.1 - John Smith ${asked}`, "203.0.113.9"],
  [`host.example - - ${asked}`, "host.example"],
  [`shop.example:80 host.example - - ${asked}`, "host.example"],
  [`Jan  1 00:00:00 web nginx: 203.0.113.9 - - ${asked} rt=0.1`, "203.0.113.9"],
  [`web_1  | 203.0.113.9 - - ${asked}`, "203.0.113.9"],
])("whoever asked in %s is %s", (line, address) =>
  expect(parseLogLine(line)).toMatchObject({ address, at: Date.UTC(2025, 11, 31, 18, 30) }),
);

test("a path may hold what it should not, and be a whole address", () => {
  const of = (request: string): string | undefined =>
    parseLogLine(`::1 - - [01/Jan/2026:00:00:00 +0000] "${request}" 404 -`)?.path;
  expect(of("GET /a b/c HTTP/1.1")).toBe("/a b/c");
  expect(of("GET /%C3%A9?q=%22x%22 HTTP/2.0")).toBe("/%C3%A9?q=%22x%22");
  expect(of("GET http://x.org/a?b=c HTTP/1.1")).toBe("http://x.org/a?b=c");
  expect(of("M-SEARCH * HTTP/1.1")).toBe("*");
  expect(of("-")).toBeUndefined();
});

const said = {
  at: Date.UTC(2026, 0, 1),
  ...{ address: "203.0.113.9", method: "GET", path: "/a?b=1", status: 200 },
  ...{ agent: "x", referrer: "http://y.org/" },
};
const headers = { "User-Agent": ["x"], Referer: ["http://y.org/"] };
test.each([
  {
    ...{ level: "info", ts: 1_767_225_600.0, msg: "handled request", status: 200, size: 5 },
    request: { client_ip: "203.0.113.9", method: "GET", uri: "/a?b=1", host: "h", headers },
    resp_headers: { Referer: ["no"] },
  },
  {
    ...{ ClientAddr: "203.0.113.9:4", ClientHost: "203.0.113.9", RequestMethod: "GET" },
    ...{ RequestPath: "/a?b=1", DownstreamStatus: 200, StartUTC: "2026-01-01T00:00:00Z" },
    ...{ "request_User-Agent": "x", request_Referer: "http://y.org/", OriginStatus: 500 },
  },
  {
    ...{ time_local: "01/Jan/2026:01:00:00 +0100", remote_addr: "203.0.113.9", status: "200" },
    ...{ request: "GET /a?b=1 HTTP/1.1", http_user_agent: "x", http_referrer: "http://y.org/" },
  },
  {
    ...{ msec: "1767225600.000", remote_addr: "203.0.113.9", request_method: "GET", status: 200 },
    ...{ uri: "/a", args: "b=1", http_user_agent: "x", http_referer: "http://y.org/" },
  },
  {
    ...{ time: "2026-01-01T00:00:00.000Z", id: "1", address: "203.0.113.9", method: "GET" },
    ...{ host: "h", target: "/a?b=1", status: 200, referer: "http://y.org/", agent: "x" },
  },
  {
    timestamp: "2026-01-01T00:00:00.000Z",
    httpRequest: {
      ...{ requestMethod: "GET", requestUrl: "/a?b=1", status: 200, userAgent: "x" },
      ...{ remoteIp: "203.0.113.9", referer: "http://y.org/" },
    },
  },
])("a line of JSON is read, whatever its fields are called (%#)", (fields) =>
  expect(parseLogLine(JSON.stringify(fields))).toMatchObject(said),
);

test("JSON that is no request is counted, not thrown", () =>
  expect(parseAccessLog('{"msg":"started"}\r\n{"broken\n{}\n[]\n').unreadable).toBe(4));
