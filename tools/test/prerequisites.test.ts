import { expect, test } from "bun:test";
import { locate } from "./prerequisites.ts";

test("a program is found by its name or its place, and none is none", () => {
  const sh = Bun.which("sh") ?? "";
  expect(locate(["no-such-program", "sh"])).toBe(sh);
  expect(locate(["/no/such/place", sh])).toBe(sh);
  expect(locate(["no-such-program", "/no/such/place"])).toBeUndefined();
});
