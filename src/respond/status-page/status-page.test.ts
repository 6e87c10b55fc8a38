import { isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import { parseFeed } from "feedsmith";
import ICAL from "ical.js";
import Parser from "rss-parser";
import { requests } from "../../absorb/gateway/contract.ts";
import { draft } from "./contract.ts";
import { learnLanguages } from "./languages.ts";
import { minuteMs, page, post, worlds } from "./world.testing.ts";

const type = (answer: unknown) => (isRefusal(answer) ? answer.problem.type : "ok");

test("feeds say the same to two parsers, with the stage in the title and the newest update first", async () => {
  const here = await page();
  await using _ = here.castor;
  await worlds["identified"]?.(here);
  for (const [path, language] of [
    ["/history.rss", "en"],
    ["/history.atom", "en"],
    ["/fr/history.rss", "fr"],
  ] as const) {
    const text = await (await here.get(path)).text();
    const one = await new Parser().parseString(text);
    const { feed } = parseFeed(text);
    const items = "items" in feed ? feed.items : "entries" in feed ? feed.entries : [];
    const titles = items?.map(({ title }) => (typeof title === "object" ? title.value : title));
    const title =
      language === "fr" ? "[Cause identifiée] Paiement impossible" : "[Identified] Nobody can pay";
    expect(one.items.map((item) => item.title)).toEqual([title]);
    expect(titles).toEqual([title]);
    const body = one.items[0]?.content ?? "";
    expect(body.indexOf("database")).toBeGreaterThan(-1);
    expect(body.indexOf("database")).toBeLessThan(body.indexOf("look into it"));
  }
  const { feed, format } = parseFeed(await (await here.get("/history.json")).text());
  expect([format, feed.title]).toEqual(["json", "Example shop"]);
});

test("planned maintenance is in a calendar, begins and ends by itself, and puts its components under maintenance", async () => {
  const here = await page();
  await using _ = here.castor;
  await worlds["maintenance planned"]?.(here);
  const calendar = new ICAL.Component(
    ICAL.parse(await (await here.get("/maintenance.ics")).text()),
  );
  expect(
    calendar.getAllSubcomponents("vevent").map((each) => new ICAL.Event(each).summary),
  ).toEqual(["New disks"]);
  const status = async () => (await here.picture()).components.map((each) => each.status);
  await here.castor.advance(61 * minuteMs);
  expect(await status()).toEqual(["operational", "under_maintenance"]);
  await here.castor.advance(60 * minuteMs);
  expect(await status()).toEqual(["operational", "operational"]);
});

test("the page is small, needs no script, and shows no markup that people wrote", async () => {
  const here = await page({
    components: Object.fromEntries(
      Array.from({ length: 10 }, (_, i) => [`part-${i}`, { name: `Part ${i}` }]),
    ),
  });
  await using _ = here.castor;
  await here.run(
    "post",
    post({ text: "<script>alert(1)</script>", components: { "part-3": "major_outage" } }),
  );
  const answer = await here.get("/");
  const text = await answer.text();
  expect(text.length).toBeLessThan(30_000);
  expect(text).toContain("&lt;script&gt;alert(1)");
  expect(text).toContain("Part 9");
  const again = await here.get("/", { "if-none-match": answer.headers.get("etag") ?? "" });
  expect(again.status).toBe(304);
  expect((await here.get(`/incidents/${await here.thread()}/`)).status).toBe(200);
  expect((await here.get(`/fr/`)).status).toBe(200);
  expect((await here.get("/proxy/shop.example")).status).toBe(404);
});

test("a day is grey before the page showed a component, and coloured by what was said", async () => {
  const here = await page();
  await using _ = here.castor;
  await worlds["investigating"]?.(here);
  await here.castor.advance(60 * minuteMs);
  const [shop] = (await here.picture()).components;
  expect(shop?.days).toHaveLength(90);
  expect(shop?.days[0]?.worst).toBeNull();
  expect(shop?.days.at(-1)?.worst).toBe("partial_outage");
  expect(shop?.uptime).toBeCloseTo(0.7, 1);
});

test("what was withdrawn leaves the page and its components well; a test never comes", async () => {
  const here = await page();
  await using _ = here.castor;
  await here.run("post", post({ audience: "test", components: { shop: "major_outage" } }));
  expect((await here.picture()).incidents).toEqual([]);
  await worlds["investigating"]?.(here);
  await here.run("withdraw", { thread: await here.thread(), reason: "a false alarm" });
  const { incidents: left, components } = await here.picture();
  expect([left.length, components[0]?.status]).toEqual([0, "operational"]);
});

test("what does not fit is refused: strangers, ends without beginnings, maintenance in the past", async () => {
  const here = await page();
  await using _ = here.castor;
  const { run } = here;
  expect(type(await run("post", post({ components: { moon: "major_outage" } })))).toBe(
    "status-page.unknown-component",
  );
  expect(type(await run("post", { stage: "monitoring", text: "No title." }))).toBe(
    "status-page.unknown-thread",
  );
  await worlds["resolved"]?.(here);
  const over = { thread: await here.thread(), stage: "identified", text: "Again?" };
  expect(type(await run("post", over))).toBe("status-page.thread-over");
  const planned = { title: "Late", text: "Too late.", from: 0, to: 1 };
  expect(type(await run("plan-maintenance", planned))).toBe("status-page.not-then");
  expect((await (await here.get("/nowhere")).json()) as object).toMatchObject({
    type: expect.stringContaining("status-page.not-found"),
  });
});

test("a draft says what the facts say, in both languages, and a post of the incident goes on with it", async () => {
  const here = await page();
  await using _ = here.castor;
  const { castor, ports, run } = here;
  await castor.run("incidents.declare", { title: "Nobody can pay", services: ["shop"] });
  const of = { route: "*/", service: "shop" };
  ports.counters.add(requests, { ...of, class: "2xx" }, 80);
  ports.counters.add(requests, { ...of, class: "5xx" }, 20);
  await castor.advance(minuteMs);
  const drafted = (await castor.ask(draft, { incident: "inc-1" })).draft;
  expect(drafted).toMatchObject({
    stage: "investigating",
    impact: "major",
    components: { shop: "partial_outage" },
    title: { en: "Problems with Shop", fr: "Problèmes avec Boutique" },
  });
  expect(drafted?.text["en"]).toContain("about 20% of requests to Shop have failed");
  await run("post", {
    incident: "inc-1",
    title: drafted?.title,
    text: drafted?.text,
    components: drafted?.components,
  });
  await castor.run("incidents.resolve", { incident: "inc-1" });
  await castor.advance(minuteMs);
  const last = (await castor.ask(draft, { incident: "inc-1" })).draft;
  expect(last).toMatchObject({
    stage: "resolved",
    thread: await here.thread(),
    components: { shop: "operational" },
  });
  await run("post", { incident: "inc-1", stage: "resolved", text: last?.text });
  const { incidents: shown, components } = await here.picture();
  expect([shown.length, shown[0]?.stage, components[0]?.status]).toEqual([
    1,
    "resolved",
    "operational",
  ]);
});

test("a language that Castor does not speak comes from a file; what that leaves out is English, what is odd in it is left out", async () => {
  const here = await page({ languages: ["en", "de"], phrases: { de: "de.yaml" } });
  await using _ = here.castor;
  here.places.texts.set(
    "de.yaml",
    "stage: { investigating: Wird untersucht }\nquiet: 7\nnonsense: <script>\nreaders: { subscribe: Auf dem Laufenden }\n",
  );
  expect(
    await learnLanguages(
      { phrases: { de: "de.yaml", nl: "none.yaml" } },
      here.places.equipment.files,
    ),
  ).toEqual([
    "de.yaml: there are no words nonsense",
    "de.yaml: quiet is no text",
    "none.yaml: there is no such file",
  ]);
  await worlds["investigating"]?.(here);
  const text = await (await here.get("/de/")).text();
  expect(text).toContain("Wird untersucht");
  expect(text).toContain("Part by part");
});
