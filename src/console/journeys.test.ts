import { afterAll, beforeAll, expect, test } from "bun:test";
import { type FakeCastor, startFake } from "../../tools/console-fake/server.ts";
import { type Look, openBrowser, type Reader } from "./journeys/reader.ts";

const TIME_LIMIT_MS = 60_000;
const FIRST_LOAD_BYTES_MAX = 300_000;
const lookedAt = ["/", "/gateway", "/services", "/log", "/settings", "/settings/security"];
const alsoLookedAt = ["/settings/people", "/settings/tokens", "/settings/configuration"];

let browser: Awaited<ReturnType<typeof openBrowser>>;
beforeAll(async () => {
  browser = await openBrowser();
}, TIME_LIMIT_MS);
afterAll(() => browser.close());

type Told = Parameters<typeof startFake>[0];

/** One person with one browser window on one Castor; at the end the window must have had no complaint. */
async function journey(
  told: Told,
  look: Look,
  walk: (reader: Reader, castor: FakeCastor) => Promise<void>,
) {
  const castor = await startFake(told);
  const reader = await browser.reader(castor.url, look);
  try {
    await walk(reader, castor);
    expect(reader.complaints).toEqual([]);
  } finally {
    await reader.close();
    await castor.stop();
  }
}

test(
  "the link of the first start makes an account and leads inside",
  () =>
    journey({ signedIn: false }, "light", async ({ page, visit, barriers }) => {
      await visit("/sign-in#link=first-light");
      await page.getByRole("heading", { name: "Welcome to Castor" }).waitFor();
      expect(page.url()).not.toContain("first-light");
      expect(await barriers()).toEqual([]);
      await page.getByLabel("Your name").fill("Ada Moreau");
      await page.getByLabel("E-mail").fill("ada@example.org");
      await page.getByLabel("Password").fill("four unrelated good words");
      await page.getByRole("button", { name: "Create my account" }).click();
      await page.getByRole("button", { name: "Add an authenticator app" }).click();
      await page.getByText("JBSW Y3DP EHPK 3PXP").waitFor();
      await page.getByLabel("Six digits from the app").fill("123456");
      await page.getByRole("button", { name: "Check the code" }).click();
      await page.getByRole("list", { name: "Backup codes" }).waitFor();
      await page.getByRole("button", { name: "I have kept them" }).click();
      await page.getByRole("heading", { name: "All is well" }).waitFor();
    }),
  TIME_LIMIT_MS,
);

test(
  "Now shows live traffic, says when it is cut off, and catches up by itself",
  () =>
    journey(
      {},
      "light",
      async ({ page, visit, barriers, loadedBytes, expectComplaint }, castor) => {
        await visit("/");
        const requests = page.locator("[data-figure=requests]");
        const first = await requests.textContent();
        await page.waitForFunction(
          (before) => document.querySelector("[data-figure=requests]")?.textContent !== before,
          first,
        );
        await page.getByText("Live", { exact: true }).waitFor();
        castor.world.fact("catalog.instance-started", "shop-4 was started", {
          kind: "system",
          id: "castor",
        });
        await page.getByText("shop-4 was started").waitFor();
        expect(await barriers()).toEqual([]);
        expect(loadedBytes()).toBeLessThan(FIRST_LOAD_BYTES_MAX);
        expectComplaint(
          /ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RESET|EMPTY_RESPONSE)/,
        );
        await castor.stop();
        await page.getByText("Reconnecting…").waitFor();
        expect(await requests.isVisible()).toBe(true);
        const again = await startFake({ port: Number(new URL(castor.url).port) });
        await page.getByText("Live", { exact: true }).waitFor();
        await again.stop();
      },
    ),
  TIME_LIMIT_MS,
);

test(
  "an event is found by words, and its chain of causes can be walked",
  () =>
    journey({}, "light", async ({ page, visit, barriers }) => {
      await visit("/log");
      await page.getByRole("searchbox", { name: "Search what happened" }).fill("refused");
      const rows = page.getByRole("list", { name: "Facts, newest first" }).getByRole("listitem");
      await page.waitForFunction(
        () => document.querySelectorAll("ol[aria-label^=Facts] > li").length === 1,
      );
      await rows.first().click();
      const fact = page.getByRole("article", { name: "The fact" });
      await fact
        .getByRole("heading", { name: "shop-2 is not healthy: connection refused" })
        .waitFor();
      expect(page.url()).toContain("text=refused");
      await fact.getByText("Its data as JSON").click();
      await fact.getByText('"catalog.instance-unhealthy"').waitFor();
      expect(await barriers()).toEqual([]);
      await fact.getByRole("link", { name: "shop-2 ended by itself" }).click();
      await fact.getByRole("heading", { name: "shop-2 ended by itself" }).waitFor();
      await fact.getByRole("link", { name: "shop-2 takes no traffic" }).click();
      await fact.getByRole("heading", { name: "shop-2 takes no traffic" }).waitFor();
      await page.goBack();
      await fact.getByRole("heading", { name: "shop-2 ended by itself" }).waitFor();
    }),
  TIME_LIMIT_MS,
);

test(
  "a token is made by keyboard alone, shown once, and revoked",
  () =>
    journey({}, "dark", async ({ page, visit, barriers }) => {
      await visit("/");
      await page.keyboard.press("Control+k");
      await page.keyboard.type("create tok");
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", { name: "Create a token" });
      await dialog.getByLabel("Name").waitFor();
      await page.keyboard.type("backup robot");
      expect(await barriers()).toEqual([]);
      await page.keyboard.press("Enter");
      const secret = page.getByText(/^castor_[0-9a-f]{32}$/);
      await secret.waitFor();
      await page.getByRole("button", { name: "I have copied it" }).click();
      await secret.waitFor({ state: "detached" });
      await page.reload();
      await page.getByRole("button", { name: "Revoke backup robot" }).click();
      expect(await secret.count()).toBe(0);
      const question = page.getByRole("dialog", { name: "Revoke “backup robot”?" });
      await question.getByRole("button", { name: "Revoke" }).click();
      await page
        .getByRole("button", { name: "Revoke backup robot" })
        .waitFor({ state: "detached" });
    }),
  TIME_LIMIT_MS,
);

test(
  "at 3 a.m. a phone in the dark says what is unhealthy and since when",
  () =>
    journey({ ill: "shop-2" }, "phone", async ({ page, visit, barriers, fitsTheScreen }) => {
      await visit("/");
      await page.getByRole("heading", { name: "shop-2 is unhealthy" }).waitFor();
      expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
      expect(await fitsTheScreen()).toBe(true);
      expect(await barriers()).toEqual([]);
      await page.getByRole("link", { name: /shop-2.*crash looping/ }).tap();
      const ill = page.getByRole("listitem").filter({ hasText: "shop-2" });
      await ill.getByText("crash looping").waitFor();
      await ill.getByText("connection refused").waitFor();
      await ill.getByText("4 restarts").waitFor();
      await page
        .getByRole("navigation", { name: "Pages" })
        .getByRole("link", { name: "Log" })
        .tap();
      await page.getByText("shop-2 is not healthy: connection refused").waitFor();
      expect(await fitsTheScreen()).toBe(true);
    }),
  TIME_LIMIT_MS,
);

test.each(["light", "dark", "phone"] as const)(
  "every page is without barriers and fits: %s",
  (look) =>
    journey({}, look, async ({ visit, barriers, fitsTheScreen }) => {
      for (const path of [...lookedAt, ...alsoLookedAt, "/log?event=1852"]) {
        await visit(path);
        expect({ path, barriers: await barriers() }).toEqual({ path, barriers: [] });
        expect({ path, fits: await fitsTheScreen() }).toEqual({ path, fits: true });
      }
    }),
  TIME_LIMIT_MS,
);
