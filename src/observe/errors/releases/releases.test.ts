import { isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as contract from "../contract.ts";
import { anEvent, corpusFolder, hasCorpus, inbox, listed } from "../inbox.testing.ts";
import { uploader } from "../symbols/uploader.testing.ts";
import { compareReleases } from "./order.ts";

type World = Awaited<ReturnType<typeof inbox>>;
const issue = "shop-1";
const seen = async (world: World, release: string): Promise<void> => {
  await world.store(anEvent({ release }));
  await world.settle();
};
const hasRegressed = async (world: World): Promise<boolean> => {
  const isOpen = (await listed(world, { state: "open" })).length > 0;
  const isFact = world.castor.types().includes("errors.regressed");
  expect(isFact).toBe(isOpen);
  return isFact;
};
const known = async (world: World) =>
  (await world.castor.ask(contract.releases, { project: "shop", limit: 50 })).releases;

test("releases stand in the order of their versions, others in the order in which they were heard of", () => {
  const sorted = (...names: string[]): string[] =>
    names
      .map((release, at) => ({ release, at }))
      .toSorted(compareReleases)
      .map((each) => each.release);
  expect(sorted("a@2.0.0", "a@1.10.0", "a@1.9.3", "a@1.10.0-rc.2", "a@1.10.0-rc.10")).toEqual([
    ...["a@1.9.3", "a@1.10.0-rc.2", "a@1.10.0-rc.10", "a@1.10.0", "a@2.0.0"],
  ]);
  expect(sorted("1.2.3", "v1.2", "1.2.3-beta", "1.2.3+77")).toEqual([
    ...["v1.2", "1.2.3-beta", "1.2.3", "1.2.3+77"],
  ]);
  expect(sorted("f3a91c2", "0b77e10", "a@1.0.0", "b@0.1.0")).toEqual([
    ...["f3a91c2", "0b77e10", "a@1.0.0", "b@0.1.0"],
  ]);
});

test("an error that is resolved in a release comes back in that one or a later one, not in an older", async () => {
  await using world = await inbox();
  await seen(world, "shop@1.0.0");
  await world.castor.run("errors.resolve", {
    issue,
    resolution: { how: "release", release: "shop@1.2.0" },
  });
  for (const older of ["shop@1.0.0", "shop@1.1.0", "shop@1.2.0-rc.1"]) await seen(world, older);
  expect(await hasRegressed(world)).toBe(false);
  await seen(world, "shop@1.2.1");
  expect(await hasRegressed(world)).toBe(true);
  const facts = world.castor.types();
  expect(facts.filter((type) => type === "errors.release-seen")).toHaveLength(4);
});

test("resolved in the next release: a hotfix of an older one says nothing, a newer one does", async () => {
  await using world = await inbox();
  for (const release of ["shop@1.0.0", "shop@2.0.0"]) await seen(world, release);
  await world.castor.run("errors.resolve", { issue, resolution: { how: "next-release" } });
  for (const release of ["shop@2.0.0", "shop@1.0.1"]) await seen(world, release);
  expect(await hasRegressed(world)).toBe(false);
  await seen(world, "shop@2.0.1");
  expect(await hasRegressed(world)).toBe(true);
});

test("a release has its deploys, new errors, commits and health, and the one before it", async () => {
  await using world = await inbox();
  await seen(world, "shop@1.0.0");
  const of = { project: "shop", release: "shop@1.1.0" };
  await world.castor.run("errors.make-release", of);
  await world.castor.run("errors.deploy", { ...of, environment: "production", name: "blue" });
  await world.castor.run("errors.set-commits", {
    ...of,
    commits: [{ id: "abc", title: "Prices" }],
    total: 1,
  });
  await world.castor.run("errors.finalize-release", of);
  const session = (status: string) =>
    `{}\n{"type":"session"}\n${JSON.stringify({ init: true, status, errors: 1, attrs: { release: of.release, environment: "production" } })}\n`;
  for (const status of ["ok", "ok", "ok", "crashed"]) await world.envelope(session(status));
  await world.settle();
  expect(
    (await known(world)).map((each) => [each.release, each.newIssues, each.crashFree]),
  ).toEqual([
    ["shop@1.1.0", 0, 0.75],
    ["shop@1.0.0", 1, null],
  ]);
  expect(await world.castor.ask(contract.release, of)).toMatchObject({
    before: "shop@1.0.0",
    commits: 1,
    commitList: [{ id: "abc", title: "Prices" }],
    deploys: [{ environment: "production", name: "blue" }],
    environments: [{ environment: "production", sessions: 4, crashFree: 0.75 }],
  });
  const unknown = await world.castor.castor.askByName("errors.release", { ...of, release: "x" });
  expect(isRefusal(unknown) && unknown.problem.type).toBe(contract.unknownRelease.type);
});

test("releases made up by a stranger are not facts without end", async () => {
  await using world = await inbox();
  for (let n = 0; n < 120; n++) await world.store(anEvent({ release: `made-up-${n}` }));
  await world.settle();
  const facts = world.castor.types().filter((type) => type === "errors.release-seen");
  expect(facts).toHaveLength(100);
});

test.skipIf(!hasCorpus)("what sentry-cli said when it was recorded is understood", async () => {
  await using world = await inbox();
  const { call } = uploader(world);
  const folder = join(corpusFolder, "sentry-cli");
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith(".headers.json"))
    .sort()) {
    const { method, url } = JSON.parse(readFileSync(join(folder, file), "utf8"));
    if (method === "POST" && url.endsWith("chunk-upload/")) continue; // Its body was not kept.
    const body = join(folder, file.replace(".headers.json", ".body"));
    const sent = method === "GET" ? undefined : JSON.parse(readFileSync(body, "utf8"));
    if (sent?.projects) sent.projects = ["shop"];
    const answer = await call(method, url.slice("/api/0/".length), sent);
    expect([file, answer.ok, answer.ok ? "" : await answer.text()]).toEqual([file, true, ""]);
  }
  const [release] = await known(world);
  expect(release).toMatchObject({
    release: "web@2.3.1",
    finalizedAt: Date.parse("2026-11-22T04:31:11.506Z"),
    deploys: [{ environment: "production" }],
  });
});

test("sentry-cli hears a clear no where Castor has something else in mind", async () => {
  await using world = await inbox();
  const { call } = uploader(world);
  const of = "organizations/acme/releases/";
  const status = async (method: string, path: string, body?: unknown) =>
    (await call(method, path, body)).status;
  expect(await status("POST", of, { version: "a@1", projects: ["nobody"] })).toBe(404);
  for (const version of ["", "a\u0000@1", "a\u202e@1", "a\ud83d"])
    expect(await status("POST", of, { version, projects: ["shop"] })).toBe(400);
  expect(await status("POST", of, { version: "a@1", projects: ["shop"] })).toBe(201);
  expect(await status("DELETE", `${of}a@1/`)).toBe(409);
  expect(await status("GET", `${of}a@2/`)).toBe(404);
  expect(await status("POST", `${of}a@2/deploys/`, { environment: "x" })).toBe(404);
  expect(await status("POST", `${of}a@1/deploys/`, { environment: "" })).toBe(400);
  expect(await status("GET", "organizations/acme/members/")).toBe(404);
  expect(await status("GET", "projects/acme/shop/releases/")).toBe(200);
});
