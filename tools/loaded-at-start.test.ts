import { expect, test } from "bun:test";
import { loadedAtStart, packagesOf } from "./loaded-at-start.ts";

const keeper = ["src/cli/main.ts", "src/keeper.ts"];

test.each(["up", "protect", "demo"])(
  "castor %s starts control before it loads a library or a capability",
  (verb) => {
    const modules = loadedAtStart(...keeper, `src/cli/verbs/${verb}.ts`);
    expect(packagesOf(modules)).toEqual([]);
    expect(modules.filter((each) => /\/(index|contract)\.ts$/.test(each))).toEqual([]);
  },
);

test("control answers before it loads a library that only some of what it does needs", () =>
  expect(packagesOf(loadedAtStart("src/cli/roles/control.ts"))).toEqual(["hono", "yaml", "zod"]));

test("a gateway worker loads the schemas and nothing else of npm", () =>
  expect(packagesOf(loadedAtStart("src/cli/roles/gateway-worker.ts"))).toEqual(["zod"]));

test("a library is found through whatever imports it, and what is loaded later is not", () => {
  expect(packagesOf(loadedAtStart("src/kernel/contract.ts"))).toEqual(["zod"]);
  expect(packagesOf(loadedAtStart("src/cli/main.ts"))).toEqual([]);
});
