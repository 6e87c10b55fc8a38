import { expect, test } from "bun:test";
import { gunzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as contract from "../contract.ts";
import { corpusFolder, eventIn, hasCorpus, inbox, listed } from "../inbox.testing.ts";
import { bundleOf, uploader } from "./uploader.testing.ts";

type World = Awaited<ReturnType<typeof inbox>>;
const release = "shop@1.0.0";
const debugId = "0f".repeat(16);
const source = `export type Line = { price?: { cents: number } };

const centsOf = (line: Line): number => line.price!.cents;

export function cartTotal(lines: Line[]): number {
  let total = 0;
  for (const line of lines) {
    total += centsOf(line);
  }
  return total;
}
`;

/** A build of the source above, with the places of two of its calls. */
const built = {
  script:
    "var c=(e)=>e.price.cents;function n(e){let t=0;for(let o of e)t+=c(o);return t}\n//# sourceMappingURL=app.js.map",
  map: JSON.stringify({
    version: 3,
    sources: ["webpack://shop/../src/cart.ts"],
    sourcesContent: [source],
    names: [],
    // Column 11 is `line.price` in line 3, column 65 the call in line 8.
    mappings: "WAEwC,sDAKxB",
  }),
};
const files = (of: { debugId?: string } = {}) => {
  const id = of.debugId === undefined ? {} : { "debug-id": of.debugId };
  return [
    {
      type: "minified_source" as const,
      url: "~/assets/app.js",
      headers: { ...id },
      text: built.script,
    },
    { type: "source_map" as const, url: "~/assets/app.js.map", headers: id, text: built.map },
  ];
};

let made = 0;
const crash = (of: Record<string, unknown> = {}): Record<string, unknown> => ({
  event_id: (++made).toString(16).padStart(32, "f"),
  platform: "javascript",
  release,
  exception: {
    values: [
      {
        type: "TypeError",
        value: "Cannot read properties of undefined (reading 'cents')",
        stacktrace: {
          frames: [
            {
              filename: "https://shop.example/assets/app.js?v=3",
              function: "n",
              lineno: 1,
              colno: 66,
            },
            {
              filename: "https://shop.example/assets/app.js?v=3",
              function: "c",
              lineno: 1,
              colno: 12,
            },
          ],
        },
      },
    ],
  },
  ...of,
});
const withDebugId = {
  release: undefined,
  debug_meta: {
    images: [
      { type: "sourcemap", code_file: "https://shop.example/assets/app.js?v=3", debug_id: debugId },
    ],
  },
};

const stackOf = async ({ castor }: World, issue: string, event = "last") => {
  const found = await castor.ask(contract.occurrence, { issue, event });
  return found.exceptions.at(-1)?.frames ?? [];
};
const placesOf = async (world: World, issue: string) =>
  (await stackOf(world, issue)).map((each) => [
    each.name,
    each.file,
    each.line,
    each.context?.trim(),
  ]);
const original = [
  ["centsOf", "src/cart.ts", 3, "const centsOf = (line: Line): number => line.price!.cents;"],
  ["cartTotal", "src/cart.ts", 8, "total += centsOf(line);"],
];

test("an error in a build is shown where people wrote it: by debug id, or by release and URL", async () => {
  await using world = await inbox();
  const cli = uploader(world);
  expect(await cli.upload(files(), { version: release })).toMatchObject({ state: "ok" });
  expect(await cli.upload(files({ debugId }))).toMatchObject({ state: "ok" });
  await world.store(crash());
  await world.store(crash(withDebugId));
  expect(await placesOf(world, "shop-1")).toEqual(original);
  expect(await listed(world)).toEqual([["shop-1", "new", 2]]);
  const [crashed] = await stackOf(world, "shop-1");
  expect(crashed?.after[1]).toBe("export function cartTotal(lines: Line[]): number {");
  expect(crashed?.inApp).toBe(true);
  const { issue } = await world.castor.ask(
    contract.issue,
    contract.issue.input.parse({ issue: "shop-1" }),
  );
  expect(issue.culprit).toBe("centsOf in src/cart.ts");
});

test("addresses count without their origin, and a map may be within its script", async () => {
  await using world = await inbox();
  const inline = `data:application/json;base64,${Buffer.from(built.map).toString("base64")}`;
  const text = built.script.replace("app.js.map", inline);
  const url = "https://cdn.example/assets/app.js";
  await uploader(world).upload([{ type: "minified_source", url, text }], { version: release });
  await world.store(crash());
  expect(await placesOf(world, "shop-1")).toEqual(original);
});

test("a map that comes late is applied to what came before it, and the error keeps its number", async () => {
  await using world = await inbox();
  await world.store(crash());
  await world.store(crash());
  await world.settle();
  expect((await placesOf(world, "shop-1"))[0]?.[0]).toBe("c");
  await uploader(world).upload(files(), { version: release });
  await world.castor.advance(3_000);
  expect(await placesOf(world, "shop-1")).toEqual(original);
  await world.store(crash());
  expect(await listed(world)).toEqual([["shop-1", "new", 3]]);
  // What still comes from a build without a map is the same error: its old key leads to it.
  await world.store(crash({ release: "shop@0.9.0" }));
  expect(await listed(world)).toEqual([["shop-1", "new", 4]]);
  expect(await listed(world, { search: "cartTotal" })).toHaveLength(1);
});

test("builds that called one bug by two names are one error once their maps are there", async () => {
  await using world = await inbox();
  const renamed = JSON.parse(
    JSON.stringify(crash({ release: "shop@2.0.0" })).replace('"c"', '"q"'),
  );
  await world.store(crash());
  await world.store(renamed);
  await world.settle();
  expect(await listed(world, { sort: "first" })).toHaveLength(2);
  const cli = uploader(world);
  await cli.upload(files(), { version: release });
  await cli.upload(files(), { version: "shop@2.0.0" });
  await world.castor.advance(5_000);
  expect(await listed(world)).toEqual([["shop-1", "new", 2]]);
  expect(world.castor.types()).toContain("errors.merged");
});

test("what was going on when the process was killed goes on", async () => {
  await using world = await inbox();
  await world.store(crash());
  await uploader(world).upload(files(), { version: release });
  await world.restart();
  await world.castor.advance(5_000);
  expect(await placesOf(world, "shop-1")).toEqual(original);
});

test("of an upload nothing is taken that is damaged, too large, of nobody, or without a token", async () => {
  await using world = await inbox({ config: { sourceMaps: { mapMax: "1KB", bundleMax: "3MB" } } });
  const cli = uploader(world);
  const bundle = Uint8Array.from(bundleOf(files()));
  expect((await cli.sendChunk(bundle, "0".repeat(40))).status).toBe(400);
  expect(await cli.assemble(bundle, { projects: ["nobody"] })).toMatchObject({ status: 404 });
  const large = { ...files()[1], text: JSON.stringify("x".repeat(2_000)) } as never;
  expect(await cli.upload([large])).toMatchObject({ state: "error" });
  const noZip = new Uint8Array(Buffer.from("SYSB and nothing more that is of use to anybody"));
  await cli.sendChunk(noZip, undefined, "file");
  expect(await cli.assemble(noZip, {})).toMatchObject({ state: "error" });
  const bomb = new Uint8Array(3_000_000);
  expect((await cli.sendChunk(bomb)).status).toBe(413);
  for (const authorization of ["Bearer castor_no", ""])
    expect(
      (await cli.call("GET", "organizations/acme/chunk-upload/", undefined, authorization)).status,
    ).toBe(401);
  // A map that is none, and one whose places are nonsense, leave frames as they were sent.
  await cli.upload([{ ...files()[0], headers: { "debug-id": debugId } } as never]);
  await cli.upload([
    { type: "source_map", url: "~/x.map", headers: { "debug-id": debugId }, text: "no map" },
  ]);
  await world.store(crash(withDebugId));
  expect((await stackOf(world, "shop-1"))[0]?.name).toBe("c");
});

test("maps have a budget: those that no error needed for longest go first", async () => {
  await using world = await inbox({ config: { sourceMaps: { storageMax: "260KB" } } });
  const cli = uploader(world);
  const large = async (version: string): Promise<void> => {
    const text = JSON.stringify({ x: crypto.getRandomValues(new Uint8Array(90_000)).toBase64() });
    await cli.upload([{ type: "source_map", url: "~/x.map", text }], { version });
    await cli.call("POST", "organizations/acme/releases/", { version, projects: ["shop"] });
  };
  const maps = async (of: string): Promise<number> =>
    (await world.castor.ask(contract.release, { project: "shop", release: of })).maps;
  await cli.upload(files(), { version: release });
  await large("other@1");
  expect(await maps("other@1")).toBe(1);
  await world.castor.advance(620_000);
  await world.store(crash());
  await large("other@2");
  await large("other@3");
  await world.castor.advance(31_000);
  expect(await Promise.all([maps("other@1"), maps("other@3"), maps(release)])).toEqual([0, 1, 1]);
  await world.store(crash());
  expect(await placesOf(world, "shop-1")).toEqual(original);
});

test.skipIf(!hasCorpus)(
  "recorded events of a browser read as a person would write them down",
  async () => {
    await using world = await inbox();
    const folder = join(corpusFolder, "web-build");
    const script = readFileSync(join(folder, "app.js"), "utf8");
    const map = gunzipSync(readFileSync(join(folder, "app.js.map.gz"))).toString();
    const headers = { "debug-id": "c61d3a72-cfe9-5db0-bbd0-c52533fdafef" };
    await uploader(world).upload([
      { type: "minified_source", url: "~/app.js", headers, text: script },
      { type: "source_map", url: "~/app.js.map", headers, text: map },
    ]);
    for (const name of ["onerror", "tunnel", "caught"])
      await world.store(eventIn(`browser11-${name}.event.envelope`));
    const names = (await stackOf(world, "shop-1")).map((each) => each.name);
    expect(names.slice(0, 4)).toEqual(["lineTotal", "cartTotal", "checkout", "go"]);
    const [crashed] = await stackOf(world, "shop-1");
    expect(crashed).toMatchObject({ file: "src/cart.ts", line: 4, inApp: true });
    expect(crashed?.context?.trim()).toBe("return line.qty * line.price!.cents;");
    const first = await stackOf(world, "shop-1", "first");
    expect(first.at(-1)).toMatchObject({ inApp: false });
    expect(await listed(world)).toEqual([["shop-1", "new", 3]]);
  },
);
