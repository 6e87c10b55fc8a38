import { expect, test } from "bun:test";
import { parse } from "yaml";
import { Config as CacheConfig } from "../../absorb/cache/config.ts";
import { Config as FreezeConfig } from "../../absorb/freeze/config.ts";
import { protectConfig } from "./protect.ts";

const site = new URL("http://localhost:2368");
const configOf = (dam: Parameters<typeof protectConfig>[1]) => parse(protectConfig(site, dam));

test("without a word more, the site is only stood in front of", () => {
  expect(Object.keys(configOf({ host: "blog.example.org" }))).toEqual(["catalog", "gateway"]);
});

test("--cache caches all of it, and --freeze keeps a copy too", () => {
  const cached = configOf({ caches: true });
  expect(CacheConfig.parse(cached.cache).routes).toMatchObject([{ path: "/", unmarked: 10_000 }]);
  expect(cached.freeze).toBeUndefined();
  const frozen = configOf({ freezes: true });
  const [service = ""] = Object.keys(frozen.catalog.services);
  expect(Object.keys(FreezeConfig.parse(frozen.freeze).sites)).toEqual([service]);
  expect(frozen.cache.routes).toHaveLength(1);
});
