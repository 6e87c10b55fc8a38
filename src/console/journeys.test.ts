import { afterAll, beforeAll, expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildConsole } from "../../tools/build-console.ts";
import { type RunningCastor, startCastor, visitors } from "./journeys/castor.testing.ts";
import { type Look, openBrowser, type Reader } from "./journeys/reader.ts";
import { totp } from "./journeys/totp.ts";
import { writeTogether } from "./journeys/write-together.ts";

const TIME_LIMIT_MS = 90_000;
const FIRST_LOAD_BYTES_MAX = 300_000;
const PASSWORD = "four unrelated good words";

let castor: RunningCastor;
let browser: Awaited<ReturnType<typeof openBrowser>>;
beforeAll(async () => {
  await buildConsole();
  [castor, browser] = await Promise.all([startCastor(), openBrowser()]);
}, TIME_LIMIT_MS);
afterAll(async () => {
  await Promise.all([browser.close(), castor.stop()]);
}, TIME_LIMIT_MS);

/** One person with one browser window; at the end the window must have had no complaint. */
async function journey(
  who: "stranger" | "viewer" | "admin",
  look: Look,
  walk: (reader: Reader) => Promise<void>,
) {
  const reader = await browser.reader(castor.console, look);
  try {
    if (who !== "stranger") await reader.join(await castor.invite(who), PASSWORD);
    await walk(reader);
    expect(reader.complaints).toEqual([]);
  } catch (error) {
    const path = join(tmpdir(), `castor-journey-${process.pid}.png`);
    await reader.page.screenshot({ path });
    throw new Error(`the window as it was: ${path}`, { cause: error });
  } finally {
    await reader.close();
  }
}

test(
  "the link of the first start leads inside, and from then on a password needs its second factor",
  () =>
    journey("stranger", "light", async ({ page, barriers }) => {
      await page.goto(castor.link);
      await page.getByRole("heading", { name: "Welcome to Castor" }).waitFor();
      expect(page.url()).toEndWith("/sign-in");
      expect(await barriers()).toEqual([]);
      await page.getByLabel("Your name").fill("Ada Moreau");
      await page.getByLabel("E-mail").fill("ada@example.org");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Create my account" }).click();
      await page.getByRole("button", { name: "Add an authenticator app" }).click();
      const key = await page.locator("code").first().textContent();
      await page.getByLabel("Six digits from the app").fill(totp(key ?? ""));
      await page.getByRole("button", { name: "Check the code" }).click();
      const codes = page.getByRole("list", { name: "Backup codes" }).getByRole("listitem");
      const code = (await codes.first().textContent()) ?? "";
      expect(await barriers()).toEqual([]);
      await page.getByRole("button", { name: "I have kept them" }).click();
      await page.getByRole("button", { name: /your menu: Ada Moreau, admin/ }).click();
      await page.getByRole("menuitem", { name: "Sign out" }).click();
      await page.getByLabel("E-mail").fill("ada@example.org");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByRole("button", { name: "Use a backup code" }).click();
      await page.getByLabel("Backup code").fill(code);
      await page.getByRole("button", { name: "Go on" }).click();
      await page.getByRole("button", { name: /your menu: Ada Moreau/ }).waitFor();
    }),
  TIME_LIMIT_MS,
);

test(
  "Now shows live traffic, says when control is gone, and catches up by itself",
  () =>
    journey("viewer", "light", async ({ page, visit, barriers, loadedBytes, expectComplaint }) => {
      const crowd = visitors(castor.site);
      await visit("/");
      expect(loadedBytes()).toBeLessThan(FIRST_LOAD_BYTES_MAX);
      await page.getByRole("heading", { name: "All is well" }).waitFor();
      const requests = page.locator("[data-figure=requests]");
      await page.waitForFunction(
        () => Number(document.querySelector("[data-figure=requests]")?.textContent) > 1,
      );
      const before = await requests.textContent();
      await page.waitForFunction(
        (then) => document.querySelector("[data-figure=requests]")?.textContent !== then,
        before,
      );
      expect(await barriers()).toEqual([]);
      const facts = page.getByRole("list", { name: "The last facts of the log" });
      const starts = await facts.getByText("castor.started").count();
      expectComplaint(/ERR_|status of 50[234]/);
      castor.killControl();
      await page.getByText("Reconnecting…").waitFor();
      expect(await requests.isVisible()).toBe(true);
      await page.getByText("Live", { exact: true }).waitFor();
      await facts.getByText("castor.started").nth(starts).waitFor();
      crowd.stop();
    }),
  TIME_LIMIT_MS,
);

test(
  "a fact is found by words, and its chain of causes can be walked both ways",
  () =>
    journey("viewer", "light", async ({ page, visit, barriers }) => {
      await visit("/log");
      await page.getByRole("searchbox", { name: "Search what happened" }).fill("shop-1 healthy");
      await page.getByLabel("Type", { exact: true }).selectOption("catalog.*");
      await page.waitForURL(/text=shop-1\+healthy/);
      await page
        .getByRole("link", { name: /shop-1 is healthy/ })
        .first()
        .click();
      const fact = page.getByRole("article", { name: "The fact" });
      await fact.getByRole("heading", { name: /shop-1 is healthy/ }).waitFor();
      expect(page.url()).toContain("text=shop-1+healthy");
      await fact.getByText("Its data as JSON").click();
      await fact.getByText('"catalog.instance-healthy"').waitFor();
      await fact.getByText(/^[0-9a-f]{64}$/).waitFor();
      expect(await barriers()).toEqual([]);
      const chain = fact.getByRole("region", { name: "Causes and effects" });
      await chain.getByRole("link", { name: /shop-1 runs as process/ }).click();
      await fact.getByRole("heading", { name: /shop-1 runs as process/ }).waitFor();
      await chain.getByRole("link", { name: /shop-1 is healthy/ }).waitFor();
      await page.goBack();
      await fact.getByRole("heading", { name: /shop-1 is healthy/ }).waitFor();
    }),
  TIME_LIMIT_MS,
);

test(
  "a token is made by keyboard alone, is shown once, works, and is revoked",
  () =>
    journey("admin", "dark", async ({ page, visit, barriers }) => {
      await visit("/");
      await page.keyboard.press("Control+k");
      await page.getByRole("option", { name: /Create a token/ }).waitFor();
      await page.keyboard.type("create tok");
      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: "Create a token" }).getByLabel("Name").waitFor();
      await page.keyboard.type("backup robot");
      expect(await barriers()).toEqual([]);
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", { name: "Your new token" });
      const secret = (await dialog.locator("code").last().textContent()) ?? "";
      const asks = async () => {
        const headers = { authorization: `Bearer ${secret}` };
        return (await fetch(`${castor.console}/api/log.types`, { headers })).status;
      };
      expect(await asks()).toBe(200);
      await page.getByRole("button", { name: "I have copied it" }).click();
      await page.reload();
      await page.getByRole("button", { name: "Revoke backup robot" }).click();
      expect(await page.locator("body").textContent()).not.toContain(secret);
      const question = page.getByRole("dialog", { name: "Revoke “backup robot”?" });
      await question.getByRole("button", { name: "Revoke" }).click();
      await page
        .getByRole("button", { name: "Revoke backup robot" })
        .waitFor({ state: "detached" });
      expect(await asks()).toBe(401);
    }),
  TIME_LIMIT_MS,
);

test(
  "an operator holds the ladder of a service, having read what that does, and lets go of it",
  () =>
    journey("admin", "light", async ({ page, visit, barriers }) => {
      await visit("/gateway");
      await page.getByRole("list", { name: "The ladder of shop" }).waitFor();
      await page.getByRole("button", { name: "Force a step for shop" }).click();
      const dialog = page.getByRole("dialog", { name: "Hold the ladder of shop" });
      await dialog.getByLabel("Step", { exact: true }).selectOption("Serve stale");
      await dialog.getByText(/Older copies are good enough/).waitFor();
      expect(await barriers()).toEqual([]);
      await dialog.getByLabel("Why").fill("a drill");
      await dialog.getByRole("button", { name: "Hold at serve stale" }).click();
      await page.getByText(/Held at serve stale until .*: a drill/).waitFor();
      await page.getByRole("button", { name: "Release" }).click();
      await page.getByRole("button", { name: "Release" }).waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Stop", exact: true }).click();
      const stop = page.getByRole("dialog", { name: "Stop shop" });
      await stop.getByText(/requests under way are finished/).waitFor();
      expect(await barriers()).toEqual([]);
      await stop.getByRole("button", { name: "Not now" }).click();
      await visit("/log?type=surge.*");
      await page
        .getByText(/forced to serve stale for 10 min: a drill/)
        .first()
        .waitFor();
    }),
  TIME_LIMIT_MS,
);

test(
  "two people who write the same part of a post-mortem see both texts, and neither is lost",
  () =>
    journey("admin", "light", (one) => journey("admin", "dark", (two) => writeTogether(one, two))),
  TIME_LIMIT_MS,
);

test(
  "on a phone, somebody stands in by two taps and lets this phone be told of pages",
  () =>
    journey("admin", "phone", async ({ page, visit, barriers, fitsTheScreen }) => {
      await visit("/on-call");
      await page.getByRole("heading", { name: "shop" }).waitFor();
      await page.getByText(/^(ann|jo) is on call$/).waitFor();
      await page
        .getByRole("button", { name: /^Stand in for ann/ })
        .first()
        .tap();
      const dialog = page.getByRole("dialog", { name: "In ann's place" });
      await dialog.getByRole("button", { name: "I take it" }).waitFor();
      expect(await barriers()).toEqual([]);
      await dialog.getByRole("button", { name: "I take it" }).tap();
      await page.getByRole("button", { name: /^Withdraw: jo/ }).waitFor();
      expect(await fitsTheScreen()).toBe(true);
      await page.getByRole("button", { name: "Subscribe" }).tap();
      await page.getByRole("button", { name: "Make the address" }).tap();
      const address = (await page.getByRole("dialog").locator("code").textContent()) ?? "";
      expect(await (await fetch(address)).text()).toStartWith("BEGIN:VCALENDAR");
      await page.getByRole("button", { name: "Close" }).tap();

      await page.context().grantPermissions(["notifications"]);
      // The one thing that is not here is the push service of a browser's maker.
      await page.addInitScript(() => {
        const keys = { p256dh: `B${"A".repeat(86)}`, auth: "A".repeat(22) };
        const made = { endpoint: "https://fcm.googleapis.com/fcm/send/a-phone", keys };
        let subscription: unknown = null;
        Object.assign(PushManager.prototype, {
          getSubscription: async () => subscription,
          subscribe: async () => (subscription = { ...made, toJSON: () => made }),
        });
      });
      await visit("/settings/pages");
      await page.getByRole("button", { name: "Turn on" }).tap();
      await page.getByText("this device", { exact: true }).waitFor();
      await page.getByText("Nothing wakes you yet").waitFor();
      expect(await barriers()).toEqual([]);
      expect(await fitsTheScreen()).toBe(true);
      await page.getByRole("button", { name: /^Remove/ }).tap();
      await page.getByRole("dialog").getByRole("button", { name: "Remove" }).tap();
      await page.getByRole("button", { name: "Turn on" }).waitFor();
    }),
  TIME_LIMIT_MS,
);

const mailer = `    mailer:
      run: echo no mail server; exit 3
      instances: 1
`;

test(
  "at 3 a.m. a phone in the dark says by itself what broke, and why",
  () =>
    journey("viewer", "phone", async ({ page, visit, barriers, fitsTheScreen }) => {
      await visit("/");
      await page.getByRole("heading", { name: "All is well" }).waitFor();
      expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
      castor.configure(mailer);
      await page.getByRole("heading", { name: "mailer is down" }).waitFor();
      expect(await fitsTheScreen()).toBe(true);
      expect(await barriers()).toEqual([]);
      await page
        .getByRole("link", { name: /mailer-1/ })
        .first()
        .tap();
      const ill = page.getByRole("list", { name: "Instances of mailer" }).getByRole("listitem");
      await ill.getByText(/crash looping|exited/).waitFor();
      await ill.getByText(/exit code 3/).waitFor();
      expect(await fitsTheScreen()).toBe(true);
      await page
        .getByRole("navigation", { name: "Pages", exact: true })
        .getByRole("button", { name: "All pages" })
        .tap();
      expect(await barriers()).toEqual([]);
      await page
        .getByRole("navigation", { name: "All pages" })
        .getByRole("link", { name: "Log" })
        .tap();
      await page
        .getByText(/mailer-1 ends each time soon after it starts.*exit code 3/)
        .first()
        .waitFor();
      expect(await barriers()).toEqual([]);
    }),
  TIME_LIMIT_MS,
);
