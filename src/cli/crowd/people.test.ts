import { expect, test } from "bun:test";
import { chance } from "./curves.ts";
import type { Answer } from "./http/answer.ts";
import { nextPages, People, Person } from "./people.ts";
import { requestBytes, requestTarget } from "./request.ts";

const answer = (of: { cookies?: string[]; text?: string; location?: string }): Answer => ({
  status: of.location ? 302 : 200,
  headers: new Map([
    ["set-cookie", of.cookies ?? []],
    ...(of.location ? [["location", [of.location]] as [string, string[]]] : []),
  ]),
  bytes: 0,
  text: of.text ?? "",
  keepAlive: true,
});

test("a person keeps cookies until they are taken away", () => {
  const ann = new Person("browser", "198.18.0.1", false);
  ann.remember(answer({ cookies: ["cart=1; Path=/", "theme=dark"] }));
  ann.remember(answer({ cookies: ["cart=2; HttpOnly"] }));
  expect(ann.cookies).toBe("theme=dark; cart=2");
  ann.remember(answer({ cookies: ["cart=; Max-Age=0; Path=/"] }));
  expect(ann.cookies).toBe("theme=dark");
});

test("a crowd has no more people than was said, and its share brings new connections", () => {
  const people = new People({ limit: 200, freshShare: 0.25, random: chance(3) });
  const met = Array.from({ length: 5_000 }, () => people.next());
  expect(people.met).toBe(200);
  const fresh = [...new Set(met)].filter((person) => person.fresh).length;
  expect(fresh).toBeGreaterThan(25);
  expect(fresh).toBeLessThan(75);
});

test("visitors follow links and redirects of the site, and never leave it", () => {
  const pages = `<a href="/a">x</a> <a class="b" href='/b?c=1&amp;d=2#e'>x</a>
    <a href="//evil.example/c">x</a> <a href="https://evil.example/">x</a> <link href="/style.css">`;
  const origin = "http://localhost:8080";
  expect(nextPages(answer({ text: pages }), origin)).toEqual(["/a", "/b?c=1&d=2"]);
  expect(nextPages(answer({ location: "/home" }), origin)).toEqual(["/home"]);
  expect(nextPages(answer({ location: "https://evil.example/" }), origin)).toEqual([]);
});

test("a recorded path cannot break the request, and is changed no more than that needs", () => {
  expect(requestTarget("/a/../b%20c?d='e'")).toBe("/a/../b%20c?d='e'");
  expect(requestTarget("/a b\r\nX: y\u00E9")).toBe("/a%20b%0D%0AX:%20y%E9");
  expect(requestTarget("http://elsewhere.example/there")).toBe("/there");
});

test("a request carries what its person is and keeps", () =>
  expect(
    requestBytes({
      method: "GET",
      path: "/",
      host: "localhost:1",
      agent: "a\r\nb",
      address: "198.18.0.1",
      referrer: "",
      cookies: "c=1",
      fresh: true,
    }).split("\r\n"),
  ).toEqual([
    "GET / HTTP/1.1",
    "Host: localhost:1",
    "User-Agent: a  b",
    "Accept: text/html,application/xhtml+xml,*/*;q=0.8",
    "X-Forwarded-For: 198.18.0.1",
    "Cookie: c=1",
    "Connection: close",
    "",
    "",
  ]));
