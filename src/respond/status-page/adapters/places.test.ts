import { expect, test } from "bun:test";
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
