import { afterAll, beforeAll, expect, test } from "bun:test";
import { startFake } from "../../../tools/console-fake/server.ts";
import { openBrowser } from "../journeys/reader.ts";

const timeLimitMs = 120_000;
let browser: Awaited<ReturnType<typeof openBrowser>>;
beforeAll(async () => {
  browser = await openBrowser();
}, timeLimitMs);
afterAll(() => browser.close());

test(
  "notes that are written while the line is down stay readable, survive a reload, and go out once and in order when it is back",
  async () => {
    const fake = await startFake();
    const reader = await browser.reader(fake.url, "phone");
    const { page } = reader;
    reader.expectComplaint(/ERR_FAILED|Failed to load resource/);
    const sent: string[] = [];
    let isDown = false;
    await page.route("**/api/incidents.note", async (route) => {
      if (isDown) return await route.abort();
      sent.push((route.request().postDataJSON() as { text: string }).text);
      return await route.continue();
    });
    try {
      await reader.visit("/incidents?incident=inc-42");
      const box = page.getByLabel("A note for the timeline");
      const waiting = page.getByRole("list", { name: "Not sent yet" }).getByRole("listitem");
      isDown = true;
      for (const [n, text] of ["first", "second"].entries()) {
        await box.fill(text);
        await box.press("Enter");
        await waiting.nth(n).waitFor();
      }
      expect(await page.getByText("Nobody can pay").first().isVisible()).toBe(true);
      await page.reload();
      await waiting.nth(1).waitFor();
      expect(await reader.barriers()).toEqual([]);
      expect(sent).toEqual([]);
      isDown = false;
      await waiting.first().waitFor({ state: "detached" });
      expect(sent).toEqual(["first", "second"]);
      expect(reader.complaints).toEqual([]);
    } finally {
      await reader.close();
      await fake.stop();
    }
  },
  timeLimitMs,
);
