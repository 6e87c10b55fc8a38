import { afterAll, beforeAll, expect, test } from "bun:test";
import { startFake } from "../../tools/console-fake/server.ts";
import { openBrowser } from "./journeys/reader.ts";

const TIME_LIMIT_MS = 240_000;
const settings = [
  "",
  "/security",
  "/pages",
  "/people",
  "/tokens",
  "/certificates",
  "/mail",
  "/configuration",
].map((each) => `/settings${each}`);
const everyPage = [
  "/",
  "/gateway",
  "/freeze",
  "/waiting-rooms",
  "/faults",
  "/services",
  "/probes?probe=shop-front",
  "/errors",
  "/errors?issue=shop-17",
  "/errors?triage=yes",
  "/errors?view=releases",
  "/errors?view=releases&project=shop&release=shop@1.9.0",
  "/errors?view=jobs",
  "/errors?view=week",
  "/incidents",
  "/incidents?incident=inc-42",
  "/approvals",
  "/runbooks",
  "/runbooks?runbook=shop/nobody-can-pay&incident=inc-42&service=shop",
  "/alerts?view=noise&rule=slow-checkout",
  "/status-page",
  "/reliability",
  "/library",
  "/library?story=s3",
  "/post-mortems",
  "/post-mortems?id=pm-41",
  "/post-mortems?id=pm-41&view=write",
  "/post-mortems?id=pm-41&view=factors",
  "/on-call",
  "/log",
  "/log?event=1852",
  ...settings,
  "/settings/tokens?create=yes",
];

let browser: Awaited<ReturnType<typeof openBrowser>>;
beforeAll(async () => {
  browser = await openBrowser();
}, TIME_LIMIT_MS);
afterAll(() => browser.close());

/** Barriers depend on the layout and on the colours; each is looked at where it differs from what was looked at. */
const looks = [
  ["light", "all"],
  ["dark", "contrast"],
  ["tablet", "none"],
  ["phone", "all"],
] as const;

test.each(looks)(
  "every page is without barriers, fits the screen and complains of nothing: %s",
  async (look, checked) => {
    const fake = await startFake({ ill: "shop-2" });
    const reader = await browser.reader(fake.url, look);
    try {
      await reader.visit("/");
      for (const path of everyPage) {
        await reader.turnTo(path);
        const barriers = checked === "none" ? [] : await reader.barriers(checked);
        const fits = await reader.fitsTheScreen();
        expect({ path, barriers, fits }).toEqual({ path, barriers: [], fits: true });
      }
      expect(reader.complaints).toEqual([]);
    } finally {
      await reader.close();
      await fake.stop();
    }
  },
  TIME_LIMIT_MS,
);

test(
  "the keys lead everywhere, and help says which they are",
  async () => {
    const fake = await startFake();
    const reader = await browser.reader(fake.url, "light");
    const { page } = reader;
    try {
      await reader.visit("/");
      for (const [key, title] of [
        ["g", "Gateway"],
        ["f", "Freeze"],
        ["w", "Waiting rooms"],
        ["c", "Services"],
        ["e", "Errors"],
        ["o", "On-call"],
        ["l", "Log"],
        ["s", "Settings"],
      ] as const) {
        await page.keyboard.press("g");
        await page.keyboard.press(key);
        await page.getByRole("heading", { level: 1, name: title }).waitFor();
      }
      await page.keyboard.press("?");
      const help = page.getByRole("dialog", { name: "Keys" });
      await help.getByText("Go to Gateway").waitFor();
      expect(await reader.barriers()).toEqual([]);
      await page.keyboard.press("Escape");
      await help.waitFor({ state: "hidden" });
      await page.keyboard.press("Control+k");
      await page.getByRole("option", { name: /Create a token/ }).waitFor();
      expect(await reader.barriers()).toEqual([]);
      await page.keyboard.type("switch dark");
      await page.keyboard.press("Enter");
      await page.locator(":root[data-theme=dark]").waitFor();
      await page.getByRole("button", { name: /your menu/ }).press("Enter");
      await page.getByRole("menuitem", { name: "Switch to light" }).waitFor();
      expect(await reader.barriers()).toEqual([]);
      const chosen = (name: string) => page.locator("[role=menuitem]:focus", { hasText: name });
      await chosen("Switch to light").waitFor();
      await page.keyboard.press("ArrowDown");
      await chosen("Your sign-in").waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Your sign-in" }).waitFor();
    } finally {
      await reader.close();
      await fake.stop();
    }
  },
  TIME_LIMIT_MS,
);
