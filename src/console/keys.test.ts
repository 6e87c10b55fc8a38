import { expect, test } from "bun:test";
import { pages } from "./pages.ts";

test("every page has a key of its own", () => {
  const keys = pages.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});
