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
