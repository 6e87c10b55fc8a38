import { expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publishTo } from "../publish/changes.ts";
import {
  directoryGround,
  gitGround,
  isHere,
  s3Ground,
  sshGround,
  webdavGround,
} from "./grounds.testing.ts";
import { bundleWith, placeConformance } from "./place.testing.ts";

placeConformance("a directory", directoryGround, { isHere: isHere.directory });
placeConformance("a bucket", s3Ground, { isHere: isHere.s3 });
placeConformance("a branch over SSH", () => gitGround("ssh"), {
  isHere: isHere.git && isHere.ssh,
});
placeConformance("a branch", gitGround, { isHere: isHere.git });
placeConformance("an SSH server", sshGround, { isHere: isHere.ssh });
placeConformance("a WebDAV server", webdavGround, { isHere: isHere.webdav });

test.skipIf(!isHere.git)("a branch that holds something else is left alone", async () => {
  await using ground = await gitGround();
  await publishTo(await ground.place(), bundleWith({ "source.ts": "work of a year" }), undefined);
  const again = publishTo(await ground.place(), bundleWith({ "index.html": "page" }), undefined);
  await expect(again).rejects.toThrow("holds something else");
  expect(await ground.look("source.ts")).toBe("work of a year");
});

test.skipIf(!isHere.git)("a clone that a crash left broken is made anew", async () => {
  await using ground = await gitGround();
  const put = async (text: string) =>
    void (await publishTo(await ground.place(), bundleWith({ "pulse.json": text }), undefined));
  await put("at first");
  const breaks: ((clone: string) => void)[] = [
    (clone) => writeFileSync(join(clone, "config"), "[core"),
    (clone) => writeFileSync(join(clone, "refs/castor/next.lock"), ""),
    (clone) => writeFileSync(join(clone, "shallow.lock"), ""),
    (clone) => rmSync(join(clone, "objects"), { recursive: true }),
  ];
  for (const [at, crash] of breaks.entries()) {
    crash(ground.clone);
    await put(`after crash ${at}`);
    expect(await ground.look("pulse.json")).toBe(`after crash ${at}`);
  }
});

test.skipIf(!isHere.git)("a branch that stays alive all year holds one commit", async () => {
  await using ground = await gitGround();
  let listed;
  for (const at of ["1", "2", "3"]) {
    const bundle = bundleWith({ "index.html": at, "pulse.json": at });
    ({ listed } = await publishTo(await ground.place(), bundle, listed));
  }
  expect(await ground.look("index.html")).toBe("3");
  expect(ground.commits()).toBe(1);
});
