import { machineHere, machineNet } from "#kernel/testing";
import { expect, test } from "bun:test";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { learnBrand, logoBytesMax, readBrand } from "./brand.ts";
import { memoryPlaces } from "./publish/memory.testing.ts";
import { drawn } from "./render/drawing.ts";
import { page } from "./world.testing.ts";

const svg = (inside: string, head = 'viewBox="0 0 300 100"'): string =>
  `<?xml version="1.0"?><!-- made by hand --><svg xmlns="http://www.w3.org/2000/svg" ${head}>${inside}</svg>`;
const plain = svg('<g fill="#07c"><path d="M0 0h300v100z"/><use href="#a"/></g>');
const why = (text: string): string => {
  try {
    drawn(Buffer.from(text));
    return "taken";
  } catch (error) {
    return String(error);
  }
};

/** A real PNG of one colour. */
function png(width: number, height: number): Buffer {
  const chunk = (name: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(Bun.hash.crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const pixels = Buffer.alloc(height * (1 + 3 * width), 90);
  for (let row = 0; row < height; row++) pixels[row * (1 + 3 * width)] = 0;
  const begins = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = chunk("IDAT", deflateSync(pixels));
  return Buffer.concat([begins, chunk("IHDR", head), data, chunk("IEND", Buffer.alloc(0))]);
}

test("a drawing keeps its shape; a PNG becomes one that every place takes as text", () => {
  expect(drawn(Buffer.from(plain))).toMatchObject({ width: 300, height: 100 });
  expect(drawn(Buffer.from(svg("", 'width="64px" height="32"')))).toMatchObject({ width: 64 });
  const { svg: text, ...size } = drawn(png(48, 12));
  expect(size).toEqual({ width: 48, height: 12 });
  expect(text).toContain('href="data:image/png;base64,iVBOR');
});

test("whatever an SVG holds stands in an image, where it runs and loads nothing", () => {
  const hostile = [
    svg("", 'viewBox="0 0 300 100" onload="x()"'),
    svg("", 'viewBox="0 0 300 100" id=">" onload="x()"'),
    svg('<g xmlns:rdf="http://www.w3.org/2000/svg"><rdf:script>x()</rdf:script></g>'),
    svg('<dc:script xmlns:dc="http://www.w3.org/1999/xhtml">x()</dc:script>'),
    svg(String.raw`<style>@\69mport url(https://elsewhere.example/x)</style>`),
    svg('<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>'),
    `<!DOCTYPE svg [<!ENTITY x "y">]>${plain}`,
    svg('</image></svg>"/><script>x()</script>'),
  ];
  const shell =
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 300 100" width="300" height="100"><image width="300" height="100" href="data:image\/svg\+xml;base64,([\w+/=]+)"\/><\/svg>$/;
  for (const each of hostile) {
    const [, inside = ""] = shell.exec(drawn(Buffer.from(each)).svg) ?? [];
    expect(Buffer.from(inside, "base64").toString()).toBe(each);
  }
});

test("what is no drawing, or has no size, is refused with the reason", () => {
  expect(why("GIF89a")).toContain("neither PNG nor SVG");
  expect(why(svg("", ""))).toContain("neither a viewBox nor a size");
  expect(why(svg("", 'viewBox="0 0 1e999 1"'))).toContain("neither a viewBox nor a size");
  expect(why('<svg viewBox="0 0 9 9"/>')).toContain("lacks xmlns");
});

test("files that are missing, too large or no drawing are told and left out", async () => {
  const folder = mkdtempSync(join(tmpdir(), "castor-brand-"));
  const at = (name: string): string => join(folder, name);
  writeFileSync(at("large.png"), Buffer.concat([png(9, 9), Buffer.alloc(logoBytesMax)]));
  writeFileSync(at("icon.svg"), plain);
  const machine = machineHere(
    { folder, data: folder },
    { net: machineNet, clock: { now: () => 0 } },
  );
  const logo = { light: "large.png", dark: "none.svg" };
  const { brand, mistakes } = await readBrand({ logo, icon: "icon.svg" }, machine);
  expect(Object.keys(brand)).toEqual(["icon"]);
  expect(mistakes).toEqual([
    `large.png: large.png is larger than ${logoBytesMax} bytes`,
    "none.svg: there is no such file",
  ]);
});

test("the page wears logo and icon in light and dark, as files of its own; in trouble the tab tells how it is", async () => {
  const here = await page({
    ...{ logo: { light: "logo.svg", dark: "dark.svg" }, icon: "icon.svg" },
    publish: { targets: { web: { kind: "directory", path: "/srv" } } },
  });
  await using _ = here.castor;
  for (const each of ["logo.svg", "dark.svg", "icon.svg"]) here.places.texts.set(each, plain);
  expect(await learnBrand(here.read(), here.places.equipment.files)).toEqual({
    isChanged: true,
    mistakes: [],
  });
  await here.castor.advance(61_000);
  const text = async (path: string): Promise<string> => await (await here.get(path)).text();
  const index = await text("/");
  expect(index).toContain('src="logo.svg"');
  expect(index).toContain('alt="Example shop"');
  expect(index).toContain('width="108"');
  expect(index).toContain('srcset="logo-dark.svg"');
  expect(index).toMatch(/rel="icon"\s+href="icon.svg"/);
  expect(await text("/fr/")).toContain('src="../logo.svg"');
  expect((await here.get("/logo-dark.svg")).headers.get("content-type")).toStartWith("image/svg");
  // Opened by itself, it is a page of no origin at all.
  for (const path of ["/logo.svg", "/icon.svg", "/badge.svg"])
    expect((await here.get(path)).headers.get("content-security-policy")).toMatch(
      /default-src 'none';.* sandbox$/,
    );
  expect(here.places.files("web").get("logo.svg")).toContain("data:image/svg+xml;base64,");
  await here.run("post", { title: "Down", text: "Down.", components: { shop: "major_outage" } });
  expect(await text("/")).toMatch(/rel="icon"\s+href="data:image/);
});

test("the first page after a start wears its logo, and one that is drawn anew follows by itself", async () => {
  const places = memoryPlaces();
  places.texts.set("logo.svg", plain);
  const { files } = places.equipment;
  let read = (): void => {};
  const isRead = new Promise<void>((resolve) => (read = resolve));
  // A slow disk: whoever publishes meanwhile waits for it.
  files.readBytes = async (path) => {
    await isRead;
    return Buffer.from(places.texts.get(path) ?? "");
  };
  const here = await page(
    {
      logo: { light: "logo.svg" },
      publish: { targets: { web: { kind: "directory", path: "a" } } },
    },
    { places },
  );
  await using _ = here.castor;
  const logo = (): string => places.files("web").get("logo.svg") ?? "";
  expect(places.written).toEqual([]);
  read();
  await here.castor.advance(1_000);
  expect(places.written[0]?.paths).toContain("logo.svg");
  const before = logo();
  places.texts.set("logo.svg", svg('<circle r="9"/>'));
  await here.castor.advance(70_000);
  expect(logo()).not.toBe(before);
  expect(logo()).toContain(Buffer.from(svg('<circle r="9"/>')).toString("base64"));
});
