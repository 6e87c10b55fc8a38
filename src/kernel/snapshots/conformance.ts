import { expect, test } from "bun:test";
import * as z from "zod";
import type { Bus } from "../bus/bus.ts";
import { snapshot } from "../contract.ts";
import { type Announcement, type Snapshots, UnfitSnapshot } from "./snapshots.ts";

const routes = snapshot("routes", z.object({ hosts: z.array(z.string()) }));

/** A bus that only notes what was published. */
export function noteTaker(): { bus: Bus; heard: [topic: string, body: Announcement][] } {
  const heard: [string, Announcement][] = [];
  const bus: Partial<Bus> = {
    publish: (topic, body) => void heard.push([topic, body as Announcement]),
    subscribe: () => () => {},
  };
  return { bus: bus as Bus, heard };
}

/** What every engine of snapshots promises. */
export function snapshotsConformance(name: string, open: (bus?: Bus) => Snapshots): void {
  const is = (promise: string, check: () => void | Promise<void>): void =>
    test(`${name}: ${promise}`, check);

  is("what was put is what is read", async () => {
    const snapshots = open();
    expect(snapshots.get(routes)).toBeUndefined();
    expect(await snapshots.put(routes, { hosts: ["a"] })).toBe(1);
    expect(snapshots.get(routes)).toEqual({ version: 1, value: { hosts: ["a"] } });
  });

  is("an equal value is no new version", async () => {
    const snapshots = open();
    await snapshots.put(routes, { hosts: ["a"] });
    expect(await snapshots.put(routes, { hosts: ["a"] })).toBe(1);
    expect(await snapshots.put(routes, { hosts: ["b"] })).toBe(2);
    expect(await snapshots.put(routes, { hosts: ["a"] })).toBe(3);
  });

  is("every put is announced with its version, after it can be read", async () => {
    const { bus, heard } = noteTaker();
    const snapshots = open(bus);
    await snapshots.put(routes, { hosts: ["a"] });
    await snapshots.put(routes, { hosts: ["a"] });
    await snapshots.put(routes, { hosts: ["b"] }, "routes.eu");
    expect(heard).toEqual([
      ["snapshot.routes", { name: "routes", version: 1 }],
      ["snapshot.routes", { name: "routes", version: 1 }],
      ["snapshot.routes.eu", { name: "routes.eu", version: 1 }],
    ]);
  });

  is("what does not fit its schema is never written", async () => {
    const snapshots = open();
    await snapshots.put(routes, { hosts: ["a"] });
    const wrong = { hosts: "a" } as unknown as { hosts: string[] };
    await expect(snapshots.put(routes, wrong)).rejects.toBeInstanceOf(UnfitSnapshot);
    expect(snapshots.get(routes)).toEqual({ version: 1, value: { hosts: ["a"] } });
  });

  is("a name that makes no file name is refused", async () => {
    const snapshots = open();
    for (const bad of ["../routes", "a/b", "", ".hidden", "a..b"]) {
      await expect(snapshots.put(routes, { hosts: [] }, bad)).rejects.toBeInstanceOf(UnfitSnapshot);
    }
  });

  is("names are listed by prefix, in order", async () => {
    const snapshots = open();
    for (const each of ["processes.gateway", "routes", "processes.catalog"]) {
      await snapshots.put(routes, { hosts: [] }, each);
    }
    expect(snapshots.names("processes.")).toEqual(["processes.catalog", "processes.gateway"]);
  });

  is("puts at the same time are numbered one after the other", async () => {
    const snapshots = open();
    const hosts = Array.from({ length: 20 }, (_, i) => [`${i}`]);
    const versions = await Promise.all(hosts.map((each) => snapshots.put(routes, { hosts: each })));
    expect(versions).toEqual(hosts.map((_, i) => i + 1));
    expect(snapshots.get(routes)?.value).toEqual({ hosts: ["19"] });
  });
}
