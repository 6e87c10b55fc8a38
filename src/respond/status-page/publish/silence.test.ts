import { expect, test } from "bun:test";
import { minuteMs, page, worlds } from "../world.testing.ts";
import { aged, tellSilence } from "./silence.ts";

const publish = { targets: { web: { kind: "directory", path: "a" } } };
const languages = ["en", "fr"];

async function published() {
  const here = await page({ publish });
  await worlds["investigating"]?.(here);
  await here.castor.advance(minuteMs);
  const target = { kind: "directory", path: "a" } as const;
  const place = await here.places.equipment.placeOf("web", target, new AbortController().signal);
  const front = (path = "index.html"): string => here.places.files("web").get(path) ?? "";
  const tell = (laterMs: number) =>
    tellSilence(place, { languages, now: here.ports.clock.now() + laterMs });
  return { ...here, place, front, tell };
}

test("a page of somebody who publishes is left alone; of whoever is silent it says for how long, in each language", async () => {
  const { castor, places, front, tell } = await published();
  await using _ = castor;
  const before = front();
  places.written.length = 0;
  expect(await tell(minuteMs)).toMatchObject({ isSilent: false });
  expect(places.written).toEqual([]);
  expect(await tell(12 * minuteMs)).toMatchObject({ isSilent: true, minutes: 12 });
  expect(front()).toContain('role="status" data-says="Last heard');
  expect(front()).toContain(">Last heard from us 12 minutes ago: this page may be out of date<");
  expect(front("fr/index.html")).toContain("il y a 12 minutes");
  expect(places.written.flatMap(({ paths }) => paths)).toEqual(["index.html", "fr/index.html"]);
  await tell(200 * minuteMs);
  expect(front()).toContain(">Last heard from us 3 hours ago");
  expect(aged(before, 12).length - before.length).toBeLessThan(80);
  expect(front()).toContain("Nobody can pay");
});

test("who comes back has the next word", async () => {
  const { castor, front, tell } = await published();
  await using _ = castor;
  await tell(12 * minuteMs);
  await castor.advance(minuteMs + 1_000);
  expect(front()).toContain('role="status" hidden');
  expect(front()).not.toContain("12 minutes ago");
});

test("news that come while the page is looked at are not written over", async () => {
  const { castor, places, place, ports, front } = await published();
  await using _ = castor;
  const now = ports.clock.now() + 12 * minuteMs;
  const files = places.files("web");
  const news = front().replace("Nobody can pay", "Everybody can pay");
  const meanwhile = {
    ...place,
    read: async (path: string) => {
      const found = await place.read(path);
      if (path === "fr/index.html") {
        files.set("index.html", news);
        files.set("pulse.json", JSON.stringify({ at: now }));
      }
      return found;
    },
  };
  places.written.length = 0;
  expect(await tellSilence(meanwhile, { languages, now })).toEqual({ minutes: 0, isSilent: false });
  expect(places.written).toEqual([]);
  expect(front()).toBe(news);
});

test("where no page of Castor's stands nothing is written", async () => {
  const { castor, places, tell } = await published();
  await using _ = castor;
  places.files("web").delete("pulse.json");
  await expect(tell(12 * minuteMs)).rejects.toThrow("no page of Castor's stands there");
});
