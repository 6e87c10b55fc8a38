import { spec, testCastor } from "#kernel/testing";
import { expect, test } from "bun:test";
import { settings } from "../../platform/settings/index.ts";
import type { Cellar, FormBox } from "./cellar/contract.ts";
import { catalogOf } from "./catalog.testing.ts";
import { checkSites, Config } from "./config.ts";
import {
  crawlAsked,
  endOutOfRange,
  freezeSnapshot,
  frozen,
  noSnapshot,
  notFrozen,
  snapshotTaken,
  status,
  thawed,
  unknownForm,
  unknownSite,
} from "./contract.ts";
import { keyOf } from "./kept/contract.ts";
import { crawl, End, end, sites, Start, start } from "./freeze.ts";
import { freeze } from "./index.ts";

const HOUR = 3_600_000;
const config = { sites: { blog: {}, shop: {} } };
/** Decisions on a configuration that names two services. */
const Named = Config.transform((given) => ({ ...given, ...Config.parse(config) }));
const given = spec(sites, Named, 1_000);
const taken = (service: string) =>
  snapshotTaken({
    ...{ service, index: "a".repeat(64), takenAt: 500, pages: 40, files: 90, bytes: 1_000 },
    ...{ coverage: 0.98, missing: 0, tookMs: 10 },
  });
const asked = (input: object) => Start.parse({ reason: "front page", ...input });
const blogFrozen = { service: "blog", since: 1_000, reason: "front page" };

test("a service with a snapshot is frozen, until somebody ends it or for a time", () => {
  given(taken("blog"))
    .when(start, asked({ service: "blog" }))
    .emits(frozen(blogFrozen));
  given(taken("blog"))
    .when(start, asked({ for: "1h", forms: "queue" }))
    .emits(frozen({ ...blogFrozen, until: 1_000 + HOUR, forms: "queue" }));
});

test("without a snapshot, or without being named, nothing is frozen unless the operator insists", () => {
  given().when(start, asked({})).refuses(noSnapshot);
  given()
    .when(start, asked({ service: "shop", anyway: true }))
    .emits(frozen({ ...blogFrozen, service: "shop" }));
  given()
    .when(start, asked({ service: "nobody" }))
    .refuses(unknownSite);
  given().when(crawl, { service: "nobody" }).refuses(unknownSite);
  given(taken("blog"))
    .when(start, asked({ for: "40d" }))
    .refuses(endOutOfRange);
});

test("a second freeze takes the place of the first without a thaw in between", () => {
  given(taken("blog"), frozen({ ...blogFrozen, since: 10 }))
    .when(start, asked({ reason: "still busy" }))
    .emits(frozen({ ...blogFrozen, since: 10, reason: "still busy" }));
});

test("a thaw ends what is frozen; the end of the time ends only what it was meant for", () => {
  const until = 2_000;
  given(frozen({ ...blogFrozen, until }))
    .when(end, End.parse({}))
    .emits(thawed({ service: "blog", since: 1_000, why: "asked" }));
  given(frozen({ ...blogFrozen, until }))
    .when(end, { service: "blog", until })
    .emits(thawed({ service: "blog", since: 1_000, why: "time" }));
  given(frozen(blogFrozen)).when(end, { service: "blog", until }).changesNothing();
  given().when(end, {}).refuses(notFrozen);
  given()
    .when(crawl, {})
    .emits(crawlAsked({ service: "blog" }), crawlAsked({ service: "shop" }));
});

test("an address has one name, whatever campaign it was reached by", () => {
  const site = { dropQuery: ["utm_*", "fbclid"], queryBytesMax: 10 };
  const key = (target: string) => keyOf({ host: "blog.example", target }, site);
  expect(key("/a?utm_source=x&fbclid=1")).toBe("blog.example/a");
  expect(key("/doku.php?id=a&utm_x=1")).toBe("blog.example/doku.php?id=a");
  expect(key("/a?")).toBe("blog.example/a");
  expect(key("/a?q=0123456789")).toBeUndefined();
});

test("only services that are there can be named", () => {
  const named = { freeze: Config.parse(config), catalog: { services: { blog: {} } } };
  expect(checkSites(named).map(({ path }) => path)).toEqual([["freeze", "sites", "shop"]]);
});

const noForms: FormBox = {
  add: () => false,
  list: () => [],
  next: () => undefined,
  mark: () => {},
  again: () => 0,
  drop: () => 0,
  forgetBefore: () => 0,
  close: () => {},
};
const cellar: Cellar = {
  objects: { put: async () => "", get: async () => undefined, sweep: async () => 0 },
  progress: new Map(),
  forms: noForms,
  publicKeyOf: (secret) => `public of ${secret.length} bytes`,
  unseal: (_, sealed) => sealed,
};

test("workers hear what is frozen, and the key to seal forms with; the time ends a freeze by itself", async () => {
  await using castor = await testCastor([settings, catalogOf("blog", false), freeze], {
    config: { freeze: config },
    equipment: { freeze: cellar },
  });
  const picture = () => castor.castor.ports.snapshots.get(freezeSnapshot)?.value;
  await castor.advance(100);
  expect(picture()).toMatchObject({ formKey: "public of 32 bytes" });
  expect(JSON.stringify(castor.castor.ports.log)).not.toContain("secret");
  await castor.run("freeze.start", { reason: "nothing kept", anyway: true, for: "1h" });
  await castor.advance(100);
  expect(picture()?.sites.map(({ frozen: is }) => is?.reason)).toEqual([
    "nothing kept",
    "nothing kept",
  ]);
  await castor.advance(HOUR);
  expect(picture()?.sites.map(({ frozen: is }) => is)).toEqual([undefined, undefined]);
  expect((await castor.ask(status, {})).sites.map(({ service }) => service)).toEqual([
    "blog",
    "shop",
  ]);
  const dropped = { service: "blog", reason: "not wanted", receipt: "F-1" };
  expect(await castor.act("freeze.drop", dropped)).toMatchObject({ problem: unknownForm });
});
