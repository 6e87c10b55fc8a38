import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import type { Bus } from "../bus/bus.ts";
import { inProcessBus } from "../bus/in-process.ts";
import { machineClock } from "../clock/machine.ts";
import { snapshot } from "../contract.ts";
import { snapshotsConformance } from "./conformance.ts";
import { fileSnapshots } from "./file.ts";
import { type Following, followSnapshot } from "./follow.ts";
import { memorySnapshots } from "./memory.ts";
import { announceAgainTopic, announcementTopic, type Versioned } from "./snapshots.ts";

const folders: string[] = [];
const followings: Following<unknown>[] = [];
const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "castor-snapshots-"));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const following of followings.splice(0)) following.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

snapshotsConformance("memory", (bus) => memorySnapshots(bus ? { bus } : {}));
snapshotsConformance("file", (bus) =>
  fileSnapshots(bus ? { folder: aFolder(), bus } : { folder: aFolder() }),
);

const Light = z.object({ colour: z.string() });
const light = snapshot("light", Light);

/** A follower that can be awaited: `until` resolves when a change makes it true. */
function aFollower(folder: string, more: { bus?: Pick<Bus, "subscribe">; pollMs?: number } = {}) {
  const changes: Versioned<z.infer<typeof Light>>[] = [];
  const invalid: string[] = [];
  let wake = (): void => {};
  const following = followSnapshot({
    folder,
    name: "light",
    schema: Light,
    ...more,
    onChange: (now) => {
      changes.push(now);
      wake();
    },
    onInvalid: (what) => {
      invalid.push(what);
      wake();
    },
  });
  followings.push(following);
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { following, changes, invalid, until };
}

test("file: numbers go on after a restart", async () => {
  const folder = aFolder();
  await fileSnapshots({ folder }).put(light, { colour: "red" });
  const later = fileSnapshots({ folder });
  expect(await later.put(light, { colour: "red" })).toBe(1);
  expect(await later.put(light, { colour: "green" })).toBe(2);
});

test("file: who joins late asks, and hears again what was put since the start, and nothing older", async () => {
  const folder = aFolder();
  await fileSnapshots({ folder }).put(light, { colour: "red" }, "light.earlier");
  const bus = inProcessBus({ clock: machineClock() });
  await fileSnapshots({ folder, bus }).put(light, { colour: "red" });
  const heard: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  bus.subscribe(announcementTopic("*"), ({ body }) => (heard.push(body), resolve()));
  bus.publish(announceAgainTopic, {});
  await promise;
  expect(heard).toEqual([{ name: "light", version: 1 }]);
  await bus.close();
});

test("file: a torn file is passed over for the one before it, with a warning", async () => {
  const folder = aFolder();
  const warnings: string[] = [];
  const snapshots = fileSnapshots({ folder, onWarning: (what) => warnings.push(what) });
  await snapshots.put(light, { colour: "red" });
  await snapshots.put(light, { colour: "green" });
  truncateSync(join(folder, "light.json"), 12);
  expect(snapshots.get(light)).toEqual({ version: 1, value: { colour: "red" } });
  expect(warnings.join(" ")).toContain("light.json cannot be used");
});

test("file: a torn file is replaced even by an equal value, and never becomes the one before", async () => {
  const folder = aFolder();
  const first = fileSnapshots({ folder });
  await first.put(light, { colour: "red" });
  await first.put(light, { colour: "green" });
  truncateSync(join(folder, "light.json"), 12);
  await fileSnapshots({ folder }).put(light, { colour: "red" });
  const stored: unknown = JSON.parse(readFileSync(join(folder, "light.json"), "utf8"));
  expect(stored).toEqual({ version: 2, value: { colour: "red" } });
  const before: unknown = JSON.parse(readFileSync(join(folder, "light.json.prev"), "utf8"));
  expect(before).toEqual({ version: 1, value: { colour: "red" } });
});

test("file: nobody but the owner may read it", async () => {
  const folder = join(aFolder(), "snapshot");
  await fileSnapshots({ folder }).put(light, { colour: "red" });
  expect(statSync(join(folder, "light.json")).mode & 0o077).toBe(0);
  expect(statSync(folder).mode & 0o077).toBe(0);
});

test("a follower has the last good one at once", async () => {
  const folder = aFolder();
  await fileSnapshots({ folder }).put(light, { colour: "red" });
  const { following } = aFollower(folder);
  expect(following.current()).toEqual({ version: 1, value: { colour: "red" } });
});

test("a follower learns of a change by the file alone", async () => {
  const folder = aFolder();
  const { changes, until } = aFollower(folder, { pollMs: 20 });
  const snapshots = fileSnapshots({ folder });
  await snapshots.put(light, { colour: "red" });
  await until(() => changes.length === 1);
  await snapshots.put(light, { colour: "green" });
  await until(() => changes.length === 2);
  expect(changes.map(({ value }) => value.colour)).toEqual(["red", "green"]);
});

test("a follower learns of a change by the bus", async () => {
  const folder = aFolder();
  let announce = (_topic: string, _body: unknown): void => {};
  const bus: Partial<Bus> = {
    subscribe: (topic, hear) => {
      announce = (to, body) => {
        if (to === topic) void hear({ topic, body, from: "control" });
      };
      return () => {};
    },
    publish: (topic, body) => announce(topic, body),
  };
  const { changes } = aFollower(folder, { bus: bus as Bus, pollMs: 3_600_000 });
  await fileSnapshots({ folder, bus: bus as Bus }).put(light, { colour: "red" });
  expect(changes).toEqual([{ version: 1, value: { colour: "red" } }]);
});

test("a follower keeps the last good one while the file is bad, and says so once", async () => {
  const folder = aFolder();
  await fileSnapshots({ folder }).put(light, { colour: "red" });
  const { following, invalid, changes } = aFollower(folder, { pollMs: 3_600_000 });
  writeFileSync(join(folder, "light.json"), `{"version":2,"value":{"color":"typo"}}`);
  following.look();
  following.look();
  expect(following.current()?.value).toEqual({ colour: "red" });
  expect(invalid).toHaveLength(1);
  expect(changes).toHaveLength(1);
});

test("a follower takes a lower number too, after the folder was emptied", async () => {
  const folder = aFolder();
  const before = fileSnapshots({ folder });
  await before.put(light, { colour: "red" });
  await before.put(light, { colour: "green" });
  const { following } = aFollower(folder, { pollMs: 3_600_000 });
  for (const file of ["light.json", "light.json.prev"]) rmSync(join(folder, file));
  await fileSnapshots({ folder }).put(light, { colour: "blue" });
  following.look();
  expect(following.current()).toEqual({ version: 1, value: { colour: "blue" } });
});
