import { isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import { checkPage, Config } from "../config.ts";
import { targets } from "../contract.ts";
import { minuteMs, page, worlds } from "../world.testing.ts";
import { Testers } from "../subscribers/config.ts";
import { changesOf, listedIn } from "./changes.ts";
import type { Bundle } from "../render/bundle.ts";

const publish = {
  targets: { bucket: { kind: "directory", path: "a" }, mirror: { kind: "directory", path: "b" } },
};
const told = (here: Awaited<ReturnType<typeof page>>) =>
  here.castor.types().filter((each) => each.startsWith("status-page.publishing"));

test("a post is at every target at once; a quiet minute sends the front pages and the pulse alone", async () => {
  const here = await page({ publish });
  await using _ = here.castor;
  await worlds["investigating"]?.(here);
  for (const name of ["bucket", "mirror"]) {
    expect(here.places.files(name).get("index.html")).toContain("Nobody can pay");
    expect(here.places.files(name).get("api/v2/status.json")).toContain("major");
  }
  await here.castor.advance(2 * minuteMs);
  here.places.written.length = 0;
  await here.castor.advance(minuteMs);
  expect(here.places.written.filter(({ target }) => target === "bucket")).toEqual([
    { target: "bucket", paths: ["fr/index.html", "index.html", "pulse.json", "files.json"] },
  ]);
  const { at } = JSON.parse(here.places.files("bucket").get("pulse.json") ?? "") as { at: number };
  expect(here.ports.clock.now() - at).toBeLessThan(minuteMs + 2_000);
});

test("a target that fails is told once, tried again ever more slowly, holds up no other, and recovers", async () => {
  const here = await page({ publish });
  await using _ = here.castor;
  here.places.broken.set("bucket", "it is full");
  await worlds["investigating"]?.(here);
  await here.castor.advance(20 * minuteMs);
  expect(told(here)).toEqual(["status-page.publishing-failed"]);
  const [bucket, mirror] = (await here.castor.ask(targets, {})).targets;
  expect(bucket?.failing).toMatchObject({ why: "it is full" });
  expect(here.ports.clock.now() - (mirror?.publishedAt ?? 0)).toBeLessThan(2 * minuteMs);
  const refused = await here.castor.act("status-page.publish", {});
  expect(isRefusal(refused) && refused.problem.type).toBe("status-page.not-published");
  here.places.broken.clear();
  await here.castor.advance(6 * minuteMs);
  expect(told(here)).toEqual(["status-page.publishing-failed", "status-page.publishing-recovered"]);
  expect(here.places.files("bucket").get("index.html")).toContain("Nobody can pay");
});

test("without a target there is nowhere to publish to", async () => {
  const here = await page();
  await using _ = here.castor;
  const refused = await here.castor.act("status-page.publish", {});
  expect(isRefusal(refused) && refused.problem.type).toBe("status-page.no-target");
});

test("what others lead to comes first, the front page after it, the pulse last; what is gone goes before the list", () => {
  const file = { type: "text/html", body: "x" };
  const paths = ["index.html", "pulse.json", "fr/index.html", "incidents/a/index.html", "a.svg"];
  const bundle: Bundle = new Map(paths.map((path) => [path, file]));
  const { changes } = changesOf(new Map([["old/index.html", "1"]]), bundle);
  expect(changes.map(({ path }) => path)).toEqual([
    ...["a.svg", "incidents/a/index.html", "fr/index.html", "index.html", "pulse.json"],
    ...["old/index.html", "files.json"],
  ]);
});

test("a list that somebody else wrote leads nowhere outside of the page", () => {
  const hostile = ["../../etc/passwd", "/etc/passwd", "a/../../b", "-rf", 'a"b', "a\nb", "//x"];
  const files = Object.fromEntries([...hostile, "index.html"].map((path) => [path, "1"]));
  expect([...listedIn(JSON.stringify({ files })).keys()]).toEqual(["index.html"]);
  for (const text of ["", "[]", "null", '{"files":7}']) expect(listedIn(text).size).toBe(0);
});

test("who the testers are, and where, is masked", () => {
  const { emails, webhooks } = Testers.shape;
  const { url, secret } = webhooks.unwrap().element.shape;
  for (const each of [emails.unwrap().element, url, secret])
    expect(each.meta()).toMatchObject({ secret: true });
});

test("settings that would tell a secret, or run something, are mistakes", () => {
  const parse = (target: object) => Config.safeParse({ publish: { targets: { one: target } } });
  const mistakesOf = (target: object) =>
    checkPage({ "status-page": Config.parse({ publish: { targets: { one: target } } }) });
  const mistakes = (target: object): number => mistakesOf(target).length;
  const dav = { kind: "webdav", url: "http://files.example/", user: "a" };
  expect(mistakes(dav)).toBe(1);
  expect(mistakes({ ...dav, password: "b" })).toBe(1);
  expect(mistakes({ ...dav, url: "https://files.example/", password: "b" })).toBe(0);
  expect(mistakes({ kind: "git", url: "git@github.example:a/b.git", token: "t" })).toBe(1);
  const s3 = { kind: "s3", bucket: "b", accessKeyId: "k", secretAccessKey: "s" };
  for (const told of [
    { kind: "webdav", url: "https://u:hush@files.example/" },
    { kind: "git", url: "https://hush@git.example/a.git" },
    { kind: "git", url: "ssh://git:hush@a/b.git" },
    { ...s3, endpoint: "https://k:hush@s3.example" },
  ]) {
    const found = mistakesOf(told);
    expect(found[0]?.fix).toMatch(/^Take it out of/);
    expect(JSON.stringify(found)).not.toContain("hush");
  }
  for (const url of ["ssh://git@a.example/b.git", "git@a.example:b.git", "https://a.example/b@c"])
    expect(mistakes({ kind: "git", url })).toBe(0);
  expect(mistakes(s3)).toBe(0);
  const ssh = { kind: "ssh", host: "a.example", user: "u", path: "/www", key: "k" };
  expect(parse(ssh).success).toBe(true);
  for (const wrong of [
    ...[{ host: "-oProxyCommand=id" }, { user: "a b" }, { path: '/a"\n!id' }, { host: "a`id`" }],
  ])
    expect(parse({ ...ssh, ...wrong }).success).toBe(false);
  expect(parse({ kind: "git", url: "--upload-pack=id" }).success).toBe(false);
});
