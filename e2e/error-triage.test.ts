import { afterEach, expect, test } from "bun:test";
import { openBrowser } from "../src/console/journeys/reader.ts";
import { buildConsole } from "../tools/build-console.ts";
import { dsnOf } from "./inbox.ts";
import { endAll, later, type Running, startCastor, until } from "./running.ts";
import { bugCount, sendTo, troubleOf } from "./troubled-shop.ts";

const timeoutMs = 180_000;
const hourMs = 3_600_000;
afterEach(endAll, timeoutMs);

type Listed = { issues: { id: string; state: string; assignee?: string }[]; total: number };
const listed = async ({ api }: Running, input: Record<string, unknown>): Promise<Listed> =>
  (await api.ask("errors.issues", { limit: 200, ...input })) as Listed;

/** A Castor with an inbox, and somebody who may decide, at a window that may not complain. */
async function inbox() {
  await buildConsole();
  const castor = await startCastor({
    config: { errors: { projects: { shop: {} } }, gateway: { workers: 1 } },
  });
  const dsn = await dsnOf(castor);
  const browser = await openBrowser();
  later(() => browser.close());
  const url = castor.console.replace("127.0.0.1", "localhost");
  const reader = await browser.reader(url, "light");
  const { link } = (await castor.api.act("people.invite", { role: "responder" })) as {
    link: string;
  };
  await reader.join(link, "four unrelated good words");
  return { castor, dsn, reader, page: reader.page };
}

test(
  "sixty errors are triaged with the keyboard alone, undo works, and the report adds up",
  async () => {
    const { castor, dsn, reader, page } = await inbox();
    for (let times = 0; times < 4; times++) {
      const bugs = Array.from({ length: bugCount }, (_, bug) => bug).filter(
        (bug) => bug % 4 >= times,
      );
      await Promise.all(bugs.map((bug) => sendTo(dsn, troubleOf(bug, times, times * 5 * hourMs))));
    }
    await until("all bugs are issues of their own", async () => {
      const { total } = await listed(castor, {});
      return total === bugCount;
    });
    await reader.visit("/errors");
    await page.keyboard.press("?");
    await page.getByText("Triage: one error at a time").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "hidden" });
    // Two at once, by key, and both taken back.
    const ignored = async (): Promise<number> => (await listed(castor, { state: "ignored" })).total;
    for (const key of ["x", "j", "x"]) await page.keyboard.press(key);
    await page.getByText("2 selected").waitFor();
    await page.keyboard.press("i");
    await page.getByText("2 errors ignored. z takes it back.").waitFor();
    expect(await ignored()).toBe(2);
    await page.keyboard.press("z");
    await page.getByText("Taken back: 2 errors ignored.").waitFor();
    expect(await ignored()).toBe(0);
    await page.keyboard.press("t");
    const place = page.locator("[data-figure=place]");
    const at = (n: number): Promise<void> =>
      page
        .waitForFunction(
          (n) => document.querySelector("[data-figure=place]")?.textContent === String(n),
          n,
        )
        .then(() => undefined);
    await at(1);
    expect(await reader.barriers()).toEqual([]);
    // Decided wrongly, and taken back.
    await page.keyboard.press("i");
    await at(2);
    await page.keyboard.press("z");
    await at(1);
    expect(await ignored()).toBe(0);
    const decisions = ["e", "i", "s1", "a1", "e", "r2"];
    for (let n = 1; n <= bugCount; n++) {
      await at(n);
      const keys = decisions[n % decisions.length] ?? "e";
      for (const key of keys) {
        if (key !== keys[0]) await page.locator("dialog[open]").waitFor();
        await page.keyboard.press(key);
      }
    }
    await page.getByRole("heading", { name: "Triage is done" }).waitFor();
    expect(await place.count()).toBe(0);
    await page.getByText(`${bugCount} of ${bugCount} errors decided`).waitFor();
    const sums = await Promise.all(
      ["resolved", "ignored", "snoozed", "open"].map(async (state) => listed(castor, { state })),
    );
    expect(sums.map(({ total }) => total)).toEqual([30, 10, 10, 10]);
    expect(sums[3]?.issues.every(({ assignee }) => assignee !== undefined)).toBe(true);
    const report = (await castor.api.ask("errors.report")) as {
      inbox: Record<string, number>;
      decided: { how: string; by: string; decisions: number }[];
      undone: number;
      markdown: string;
    };
    expect(report.inbox).toEqual({ before: 0, came: 60, left: 50, now: 10 });
    expect(report.undone).toBe(3);
    const byHow = Object.fromEntries(report.decided.map((each) => [each.how, each.decisions]));
    expect(byHow).toEqual({ resolved: 30, ignored: 10, snoozed: 10, assigned: 10 });
    expect(new Set(report.decided.map(({ by }) => by))).toEqual(new Set(["Jo Lindqvist"]));
    expect(await page.locator("[data-figure=inbox]").textContent()).toBe("10");
    expect(await reader.barriers()).toEqual([]);
    const file = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download as Markdown" }).press("Enter");
    const text = await Bun.file((await (await file).path()) ?? "").text();
    expect(text).toContain("Inbox at 10: 0 before, 60 came, 50 left.");
    const triaged = await castor.log("errors.triaged");
    expect(triaged.map(({ says }) => says)).toEqual([
      "The inbox was triaged: 60 of 60 errors decided",
    ]);
    expect(reader.complaints).toEqual([]);
  },
  timeoutMs,
);

const hostile =
  "<img src=x onerror=window.owned=1><script>window.owned=1</script>{{7*7}}\"'`javascript:window.owned=1";
/** Every text of an event becomes hostile, and every name of a tag, variable and context too. */
const poisoned = (value: unknown, depth = 0): unknown => {
  if (typeof value === "string") return `${hostile} ${value}`;
  if (Array.isArray(value)) return value.map((each) => poisoned(each, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, poisoned(each, depth + 1)]),
  );
};

test(
  "scripts and HTML in every field are texts in the console",
  async () => {
    const { castor, dsn, reader, page } = await inbox();
    const whole = troubleOf(0, 0, 0);
    const { event_id, timestamp, platform, level, ...texts } = whole;
    const bad = poisoned({
      ...texts,
      extra: { [hostile]: { [hostile]: hostile } },
      contexts: { app: { [hostile]: hostile } },
      transaction: "x",
      logger: "x",
      server_name: "x",
    }) as Record<string, unknown>;
    await sendTo(dsn, {
      ...bad,
      event_id,
      timestamp,
      platform,
      level,
      tags: { [hostile]: hostile },
    });
    const issue = await until("it is there", async () => (await listed(castor, {})).issues[0]);
    await until("the log knows it", async () => (await castor.log("errors.created")).length > 0);
    await castor.api.act("errors.assign", { issue: issue.id, to: hostile.slice(0, 150) });
    for (const path of [
      "/errors?span=90d",
      `/errors?search=${encodeURIComponent(hostile)}&release=${encodeURIComponent(hostile)}&state=resolved`,
      `/errors?issue=${issue.id}`,
    ]) {
      await reader.visit(path);
      expect(await page.evaluate(() => "owned" in globalThis)).toBe(false);
      expect(await page.locator("main img, main script, main iframe").count()).toBe(0);
    }
    await page.getByText("<script>window.owned=1</script>").first().waitFor();
    await page
      .locator("main details")
      .evaluateAll((all) => all.forEach((each) => each.setAttribute("open", "")));
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(await page.locator('main a[href^="javascript"]').count()).toBe(0);
    expect(await reader.barriers()).toEqual([]);
    expect(await reader.fitsTheScreen()).toBe(true);
    await castor.api.act("errors.assign", { issue: issue.id });
    await reader.visit("/errors?triage=yes");
    await page.getByText("<script>window.owned=1</script>").first().waitFor();
    expect(await reader.fitsTheScreen()).toBe(true);
    expect(await page.evaluate(() => "owned" in globalThis)).toBe(false);
    expect(reader.complaints).toEqual([]);
  },
  timeoutMs,
);
