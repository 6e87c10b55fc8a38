import { expect, test } from "bun:test";
import { coverageOf, curveOf, inWords } from "./coverage.ts";
import type { FrozenIndex } from "./kept/contract.ts";
import { placeOf, withMemory } from "./visiting.ts";

const naming = { dropQuery: [], queryBytesMax: 100 };
const hour = 3_600_000;
const indexOf = (kept: string[], visited: FrozenIndex["visited"]): FrozenIndex => ({
  ...{ service: "blog", takenAt: 0, visited, missing: [], external: [] },
  files: kept.map((key) => ({
    ...{ key, kind: "page" as const, status: 200, fields: [], body: "", bytes: 1, fetchedAt: 0 },
    ...{ title: key, language: "", bannerAt: -1, validators: {} },
  })),
});

test("hosts that visitors invent are not the site's; the most used one comes first, routes' own are always there", () => {
  const known = {
    door: "http://127.0.0.1:8080",
    visiting: {
      total: 1_000,
      pages: [
        { key: "www.blog.example/", visits: 200 },
        { key: "blog.example/", visits: 799 },
        { key: "evil.example/", visits: 1 },
      ],
    },
    hosts: new Map([
      ["evil.example", "evil.example"],
      ["www.blog.example", "www.blog.example"],
      ["blog.example", "blog.example:8080"],
      ["named.example", "named.example"],
    ]),
  };
  expect([...placeOf(naming, known).authorities]).toEqual([
    ["blog.example", "blog.example:8080"],
    ["www.blog.example", "www.blog.example"],
    ["named.example", "named.example"],
  ]);
  const restarted = { ...known, hosts: new Map<string, string>() };
  expect([...placeOf(naming, restarted).authorities.keys()]).toEqual([
    "blog.example",
    "www.blog.example",
  ]);
  const nobody = { ...known, hosts: new Map<string, string>(), visiting: { total: 0, pages: [] } };
  expect([...placeOf(naming, nobody).authorities]).toEqual([["127.0.0.1", "127.0.0.1:8080"]]);
});

test("what was visited before a restart counts on, less and less", () => {
  const before = indexOf([], [{ key: "a/", visits: 80 }]);
  const now = { total: 10, pages: [{ key: "a/b", visits: 10 }] };
  const soon = withMemory(now, before, 0);
  expect(soon).toEqual({
    total: 90,
    pages: [
      { key: "a/", visits: 80 },
      { key: "a/b", visits: 10 },
    ],
  });
  const later = withMemory(now, before, 5 * hour);
  expect(later.pages.map(({ visits }) => Math.round(visits))).toEqual([10, 10]);
});

test("coverage is said in the fewest pages that make it, and never rounded up", () => {
  const visited = [
    { key: "a/", visits: 900 },
    { key: "a/b", visits: 85 },
    { key: "a/c", visits: 14 },
    { key: "a/d", visits: 1 },
  ];
  const index = indexOf(["a/", "a/b", "a/d"], visited);
  const pages = curveOf(index, { total: 1_000, pages: visited });
  expect(inWords(pages)).toBe("2 pages = 98 % of visits");
  expect(coverageOf(index)).toBeCloseTo(0.986, 5);
  expect(pages.map(({ kept }) => kept)).toEqual([true, true, false, true]);
  expect(inWords([])).toBe("nobody has visited yet");
  expect(inWords(curveOf(undefined, { total: 1_000, pages: visited }))).toBe(
    "no page that is visited is kept yet",
  );
  expect(coverageOf(indexOf(["a/"], []))).toBeNull();
});
