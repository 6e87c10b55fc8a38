import { expect, test } from "bun:test";
import { isNotModified, partOf } from "./conditions.ts";
import { freshened } from "./freshen.ts";
import type { Fields } from "./fields.ts";
import { httpDate } from "./http-date.ts";
import { invalidatedBy } from "./invalidation.ts";
import { maySaveFromError, type Reuse, reuseOf } from "./reuse.ts";
import { isMisleading, isShareable, storing, tagsOf, wishesOf } from "./storing.ts";
import { ageAt, freshForMs, type Reading, termsOf } from "./terms.ts";
import { selectorsOf, selects, variesOn } from "./vary.ts";

const now = Date.UTC(2026, 10, 22, 8);
const date = (offsetS = 0): string => new Date(now + offsetS * 1_000).toUTCString();
const strict: Reading = {
  heuristicShare: 0,
  heuristicMsMax: 86_400_000,
  unmarkedMs: 0,
  sharesCookies: false,
};
const arrival = { requestedAt: now, receivedAt: now };
const url = "http://shop.example/page";
const get = (fields: Fields = []) => ({ method: "GET", url, fields });
const terms = (fields: Fields, reading = strict, status = 200) =>
  termsOf({ status, fields }, arrival, reading);
const lifetimeS = (...fields: [string, string][]): number =>
  freshForMs(terms([["Date", date()], ...fields]), now) / 1_000;
const why = (fields: Fields, request = get(), status = 200, reading = strict): string => {
  const said = storing(request, { status, fields }, arrival, reading);
  return said.may ? "stored" : said.why;
};

test("s-maxage goes before max-age, max-age before Expires", () => {
  expect(lifetimeS(["Cache-Control", "max-age=60, s-maxage=5"], ["Expires", date(900)])).toBe(5);
  expect(lifetimeS(["Cache-Control", "max-age=60"], ["Expires", date(900)])).toBe(60);
  expect(lifetimeS(["Expires", date(900)])).toBe(900);
});

test("what cannot be read is stale, never fresh", () => {
  for (const value of ["max-age='60'", "max-age=-60", "max-age=6x", "max-age", "max-age= 60"]) {
    expect(lifetimeS(["Cache-Control", value])).toBe(0);
  }
  expect(lifetimeS(["Expires", "0"])).toBe(0);
  expect(lifetimeS(["Expires", date(900)], ["Expires", date(901)])).toBe(0);
  for (const age of ["abc", "-7", "7.0", "7;a=b", "0, 0"]) {
    expect(lifetimeS(["Cache-Control", "max-age=60"], ["Age", age])).toBeLessThan(0);
  }
  expect(lifetimeS(["Cache-Control", "max-age=60"], ["Age", "0"], ["Age", "0"])).toBeLessThan(0);
});

test("a directive inside a quoted string says nothing", () => {
  expect(lifetimeS(["Cache-Control", 'x="a, max-age=3600", max-age=1'])).toBe(1);
  expect(lifetimeS(["Cache-Control", 'max-age="60"'])).toBe(60);
});

test("CDN-Cache-Control speaks for this cache, and puts Cache-Control and Expires aside", () => {
  const page: [string, string][] = [
    ["Cache-Control", "no-store"],
    ["Expires", date(900)],
  ];
  expect(why([...page, ["CDN-Cache-Control", "max-age=60"]])).toBe("stored");
  expect(why([...page, ["CDN-Cache-Control", "private, max-age=60"]])).toBe("private");
  expect(lifetimeS(["CDN-Cache-Control", "public"], ["Expires", date(900)])).toBe(0);
  // Not a structured dictionary: as good as absent.
  expect(why([...page, ["CDN-Cache-Control", "MAX-AGE=60"]])).toBe("no-store");
});

test("a response without a word on freshness is stored only when the operator says how long", () => {
  const fields: Fields = [["Date", date()]];
  expect(why(fields)).toBe("no-freshness");
  const unmarked = { ...strict, unmarkedMs: 10_000 };
  expect(freshForMs(terms(fields, unmarked), now)).toBe(10_000);
  expect(why(fields, get([["Cookie", "session=1"]]), 200, unmarked)).toBe("cookie");
  const modified: Fields = [...fields, ["Last-Modified", date(-1_000)]];
  expect(freshForMs(terms(modified, { ...strict, heuristicShare: 0.1 }), now)).toBe(100_000);
  expect(freshForMs(terms(modified), now)).toBe(0);
  expect(freshForMs(terms(modified, { ...strict, heuristicShare: 0.1 }, 403), now)).toBe(0);
});

test("age counts from what the origin and those on the way say", () => {
  const held = terms([
    ["Date", date()],
    ["Cache-Control", "max-age=60"],
    ["Age", "30"],
  ]);
  expect(ageAt(held, now + 5_000)).toBe(35_000);
  const old = terms([
    ["Date", date(-40)],
    ["Cache-Control", "max-age=60"],
  ]);
  expect(freshForMs(old, now)).toBe(20_000);
});

test("what is private stays private", () => {
  const fresh: [string, string] = ["Cache-Control", "max-age=60"];
  expect(why([["Cache-Control", "private, max-age=60"]])).toBe("private");
  expect(why([["Cache-Control", "No-StOrE, max-age=60"]])).toBe("no-store");
  expect(why([fresh], get([["Authorization", "Basic x"]]))).toBe("authorization");
  expect(why([["Cache-Control", "public, max-age=60"]], get([["Authorization", "x"]]))).toBe(
    "stored",
  );
  expect(why([fresh, ["Set-Cookie", "a=b"]])).toBe("cookie");
  expect(
    why([
      ["Cache-Control", "s-maxage=60"],
      ["Set-Cookie", "a=b"],
    ]),
  ).toBe("stored");
  expect(why([fresh, ["Set-Cookie", "a=b"]], get(), 200, { ...strict, sharesCookies: true })).toBe(
    "stored",
  );
  expect(why([fresh], get([["Cache-Control", "no-store"]]))).toBe("request-no-store");
  expect(why([fresh, ["Vary", "Foo, *"]])).toBe("vary-star");
});

test("methods and statuses are stored as far as they are understood", () => {
  const fresh: Fields = [["Cache-Control", "max-age=60"]];
  expect(why(fresh, { method: "DELETE", url, fields: [] })).toBe("method");
  expect(why(fresh, { method: "POST", url, fields: [] })).toBe("method");
  expect(why(fresh, get(), 599)).toBe("stored");
  expect(why([["Cache-Control", "max-age=60, must-understand"]], get(), 599)).toBe(
    "must-understand",
  );
  expect(why([["Cache-Control", "max-age=60, must-understand, no-store"]])).toBe("stored");
  expect(why([["ETag", '"a"']], get(), 403)).toBe("status");
  expect(why(fresh, get(), 206)).toBe("partial");
});

const lenient = { onErrorMs: 86_400_000, operatorMs: 0, visitorMs: 0, freshMs: 0 };
const reuse = (control: string, secondsLater: number, of = lenient): Reuse =>
  reuseOf(terms([["Cache-Control", control]]), now + secondsLater * 1_000, of);

test("stale is used only where somebody allows it", () => {
  expect(reuse("max-age=60", 59)).toBe("fresh");
  expect(reuse("max-age=60", 60)).toBe("validate");
  expect(reuse("max-age=60, stale-while-revalidate=30", 80)).toBe("stale-while-revalidate");
  expect(reuse("max-age=60, stale-while-revalidate=30", 91)).toBe("validate");
  expect(reuse("max-age=60, no-cache", 1)).toBe("validate");
  expect(reuse("max-age=60", 80, { ...lenient, operatorMs: 60_000 })).toBe("stale-by-operator");
  expect(reuse("max-age=60", 80, { ...lenient, visitorMs: 60_000 })).toBe("stale-by-visitor");
  const generous = { ...lenient, operatorMs: 60_000, visitorMs: 60_000 };
  for (const never of ["must-revalidate", "proxy-revalidate", "s-maxage=60", "no-cache"]) {
    expect(reuse(`max-age=60, stale-while-revalidate=30, ${never}`, 70, generous)).toBe("validate");
  }
});

test("a failing origin is covered for, as long as origin or operator say", () => {
  const saves = (control: string, secondsLater: number): boolean =>
    maySaveFromError(terms([["Cache-Control", control]]), now + secondsLater * 1_000, lenient);
  expect(saves("max-age=60", 3_600)).toBe(true);
  expect(saves("max-age=60", 90_000)).toBe(false);
  expect(saves("max-age=60, stale-if-error=10", 65)).toBe(true);
  expect(saves("max-age=60, stale-if-error=10", 80)).toBe(false);
  expect(saves("max-age=60, must-revalidate", 61)).toBe(false);
  expect(saves("max-age=60, s-maxage=60", 61)).toBe(false);
});

test("only what is fresh is given to those who wait", () => {
  expect(isShareable(terms([["Cache-Control", "max-age=1"]]), now)).toBe(true);
  expect(isShareable(terms([["Cache-Control", "max-age=0"]]), now)).toBe(false);
  expect(isShareable(terms([["Cache-Control", "max-age=9, no-cache"]]), now)).toBe(false);
});

test("a variant is found by what it varies on, and by nothing else", () => {
  const fits = (name: string, stored: string, asked: string, language?: string): boolean =>
    selects(selectorsOf([name.toLowerCase()], [[name, stored]]), [[name, asked]], language);
  expect(
    variesOn([
      ["Vary", "Foo, bar"],
      ["Vary", "FOO"],
    ]),
  ).toEqual(["foo", "bar"]);
  expect(fits("Foo", "1", "1")).toBe(true);
  expect(fits("Foo", "1", "2")).toBe(false);
  expect(fits("Foo", "1,2", " 1, 2 ")).toBe(true);
  expect(fits("Accept-Language", "en, de", "DE ,en")).toBe(true);
  expect(fits("Accept-Encoding", "gzip, br", "br,gzip")).toBe(true);
  expect(fits("Accept-Language", "en, de", "fr;q=0.5, de", "de")).toBe(true);
  expect(fits("Accept-Language", "en, de", "fr, de", "de")).toBe(false);
  expect(fits("Accept-Language", "en, de", "fr")).toBe(false);
  expect(selects(selectorsOf(["foo"], []), [["Foo", "1"]], undefined)).toBe(false);
  expect(
    selects(selectorsOf(["accept-language"], [["Accept-Language", "en"]]), [], undefined),
  ).toBe(false);
});

test("conditions are answered as the origin would", () => {
  const stored = { etag: '"a"', lastModified: date(-60), receivedAt: now };
  expect(isNotModified([["If-None-Match", '"x", W/"a"']], stored)).toBe(true);
  expect(isNotModified([["If-None-Match", "*"]], stored)).toBe(true);
  const both: Fields = [
    ["If-None-Match", '"x"'],
    ["If-Modified-Since", date()],
  ];
  expect(isNotModified(both, stored)).toBe(false);
  expect(isNotModified([["If-Modified-Since", date(-60)]], stored)).toBe(true);
  expect(isNotModified([["If-Modified-Since", date(-61)]], stored)).toBe(false);
  expect(isNotModified([["If-Modified-Since", "yesterday"]], stored)).toBe(false);
});

test("one range is cut out; what makes no sense gets the whole", () => {
  const stored = { etag: '"a"', lastModified: date(-60), receivedAt: now };
  const part = (range: string, ...more: [string, string][]) =>
    partOf([["Range", range], ...more], stored, 10);
  expect(part("bytes=0-1")).toEqual({ from: 0, to: 2 });
  expect(part("bytes=8-")).toEqual({ from: 8, to: 10 });
  expect(part("bytes=-3")).toEqual({ from: 7, to: 10 });
  expect(part("bytes=5-99")).toEqual({ from: 5, to: 10 });
  expect(part("bytes=10-")).toBe("unsatisfiable");
  expect(part("bytes=-0")).toBe("unsatisfiable");
  expect(part("bytes=3-1")).toBeUndefined();
  expect(part("bytes=0-1,4-5")).toBeUndefined();
  expect(part("lines=0-1")).toBeUndefined();
  expect(part("bytes=0-1", ["If-Range", '"a"'])).toEqual({ from: 0, to: 2 });
  expect(part("bytes=0-1", ["If-Range", '"b"'])).toBeUndefined();
  expect(part("bytes=0-1", ["If-Range", 'W/"a"'])).toBeUndefined();
});

test("a 304 renews what it names, except what describes the stored bytes", () => {
  const stored: Fields = [
    ["ETag", '"a"'],
    ["Content-Length", "5"],
    ["X-Page", "1"],
    ["Cache-Control", "max-age=1"],
  ];
  const answer: Fields = [
    ["ETag", '"b"'],
    ["Content-Length", "0"],
    ["cache-control", "max-age=60"],
    ["Connection", "x-hop"],
    ["X-Hop", "1"],
  ];
  expect(freshened(stored, answer)).toEqual([
    ["ETag", '"a"'],
    ["Content-Length", "5"],
    ["X-Page", "1"],
    ["cache-control", "max-age=60"],
  ]);
});

test("a change makes its own URL and the named ones on the same host untrue", () => {
  const after = (status: number, fields: Fields, method = "POST"): string[] =>
    invalidatedBy({ method, url, status, fields });
  expect(
    after(200, [
      ["Location", "/other"],
      ["Content-Location", "page?2"],
    ]),
  ).toEqual([url, "http://shop.example/other", "http://shop.example/page?2"]);
  expect(after(201, [["Location", "http://evil.example/x"]])).toEqual([url]);
  expect(after(500, [])).toEqual([]);
  expect(after(200, [], "GET")).toEqual([]);
});

test("dates are read in the three forms of the standard and no other", () => {
  const at = Date.UTC(2026, 10, 6, 8, 49, 37);
  expect(httpDate("Fri, 06 Nov 2026 08:49:37 GMT", now)).toBe(at);
  expect(httpDate("Friday, 06-Nov-26 08:49:37 GMT", now)).toBe(at);
  expect(httpDate("Fri Nov  6 08:49:37 2026", now)).toBe(at);
  expect(httpDate("Sunday, 06-Nov-94 08:49:37 GMT", now)).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
  for (const bad of [
    "Fri, 06 Nov 2026 08:49:37 UTC",
    "Fri, 6 Nov 2026 08:49:37 GMT",
    "Fri,  06 Nov 2026 08:49:37 GMT",
    "Fri, 06 Nov 26 08:49:37 GMT",
    "Fri, 06 Nov 2026 25:49:37 GMT",
    "0",
  ]) {
    expect(httpDate(bad, now)).toBeUndefined();
  }
});

test("what has no end is not kept, nor what a field may have turned into another page", () => {
  const events: Fields = [
    ["Content-Type", "Text/Event-Stream; charset=utf-8"],
    ["Cache-Control", "max-age=60"],
  ];
  expect(why(events)).toBe("stream");
  expect(isMisleading([["X-HTTP-Method-Override", "DELETE"]])).toBe(true);
  expect(isMisleading([["X-Original-Url", "/admin"]])).toBe(true);
  expect(isMisleading([["Accept", "*/*"]])).toBe(false);
});

test("tags and wishes are read from either style of field", () => {
  expect(
    tagsOf([
      ["Surrogate-Key", "a b"],
      ["Cache-Tag", "c, d"],
    ]),
  ).toEqual(["a", "b", "c", "d"]);
  expect(wishesOf([["Cache-Control", "only-if-cached, max-stale=5, no-cache"]])).toEqual({
    onlyIfCached: true,
    maxStaleMs: 5_000,
  });
});
