import { noNet, testCastor } from "#kernel/testing";
import { expect, test } from "bun:test";
import { settings } from "../../platform/settings/index.ts";
import { catalogOf } from "./catalog.testing.ts";
import type { Cellar } from "./cellar/contract.ts";
import { notKept, noSnapshot, snapshotTaken, unknownSite } from "./contract.ts";
import { archive } from "./export/archive.ts";
import { untar } from "./export/tar.ts";
import { freeze } from "./index.ts";
import type { FrozenFile } from "./kept/contract.ts";
import { preview } from "./preview.ts";

const page: FrozenFile = {
  ...{ key: "blog.example/", kind: "page", status: 200, body: "page", bytes: 4, fetchedAt: 1 },
  ...{ title: "Blog", language: "en", bannerAt: -1, validators: {} },
  fields: [["content-type", "text/html; charset=utf-8"]],
};
const kept: Record<string, string> = {
  page: "<script>alert(1)</script><p>Words</p>",
  index: JSON.stringify({
    ...{ service: "blog", takenAt: 1, files: [page], visited: [], missing: [], external: [] },
  }),
};

async function world() {
  const cellar = {
    objects: { get: async (name: string) => kept[name] && Buffer.from(kept[name]) },
    forms: { list: () => [], next: () => undefined, forgetBefore: () => 0 },
    progress: new Map(),
    publicKeyOf: () => "public",
  } as unknown as Cellar;
  const castor = await testCastor([settings, catalogOf("blog", false), freeze], {
    config: { freeze: { sites: { blog: {} } } },
    equipment: { freeze: cellar },
    net: noNet,
  });
  const fx = castor.castor.effects(freeze, { actor: { kind: "system", id: "tester" } });
  const get = (route: typeof preview, query: string) =>
    route.serve(new Request(`http://castor${route.path}?${query}`), fx, undefined, "");
  return { castor, fx, get };
}

test("a page of the copy is shown within the console's origin, but may run, load and send nothing", async () => {
  const { castor, fx, get } = await world();
  await using _ = castor;
  expect(await get(preview, "service=blog&page=blog.example/")).toMatchObject({
    problem: noSnapshot,
  });
  expect(await get(archive, "service=blog")).toMatchObject({ problem: noSnapshot });
  expect(await get(archive, "service=other")).toMatchObject({ problem: unknownSite });
  await fx.record("sites", [
    snapshotTaken({
      ...{ service: "blog", index: "index", takenAt: 1, pages: 1, files: 1, bytes: 4 },
      ...{ coverage: null, missing: 0, tookMs: 1 },
    }),
  ]);
  const shown = (await get(preview, "service=blog&page=blog.example/")) as Response;
  expect(await shown.text()).toBe(kept["page"] ?? "");
  expect(shown.headers.get("content-security-policy")).toStartWith("sandbox; default-src 'none'");
  expect(await get(preview, "service=blog&page=blog.example/other")).toMatchObject({
    problem: notKept,
  });
  const tar = (await get(archive, "service=blog")) as Response;
  const files = await Array.fromAsync(untar(tar.body ?? new ReadableStream<Uint8Array>()));
  expect(files.map(({ path }) => path)).toEqual(["index.html", "404.html"]);
});
