import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const looks = {
  light: { viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  tablet: { viewport: { width: 768, height: 1024 }, colorScheme: "light", hasTouch: true },
  phone: {
    viewport: { width: 375, height: 740 },
    colorScheme: "dark",
    isMobile: true,
    hasTouch: true,
  },
  noScript: { viewport: { width: 1280, height: 800 }, javaScriptEnabled: false },
} as const satisfies Record<string, BrowserContextOptions>;
export type Look = keyof typeof looks;

const WAIT_MS = 30_000;

export type Reader = {
  page: Page;
  /** Becomes somebody by an invitation, without the forms. */
  join: (link: string, password: string, email?: string) => Promise<void>;
  /** Goes to a path and waits until nothing on the page is on its way any more. */
  visit: (path: string) => Promise<void>;
  /** Goes on to a path within the console that is open, as a link does. */
  turnTo: (path: string) => Promise<void>;
  /** What axe-core finds that would keep somebody out; `contrast`: among colours alone. */
  barriers: (what?: "all" | "contrast") => Promise<string[]>;
  /** Nothing is wider than the screen. */
  fitsTheScreen: () => Promise<boolean>;
  /** What came over the wire for the page so far, as it was encoded. */
  loadedBytes: () => number;
  /** Errors of the console and of scripts, but for those that were announced. */
  complaints: string[];
  expectComplaint: (like: RegExp) => void;
  close: () => Promise<void>;
};

const axeSource = (): Promise<string> =>
  Bun.file(Bun.resolveSync("axe-core/axe.min.js", import.meta.dir)).text();

type Violation = { id: string; nodes: { target: unknown[]; failureSummary?: string }[] };

const rules = { all: "", contrast: ", runOnly: ['color-contrast']" } as const;

async function findBarriers(page: Page, axe: string, what: keyof typeof rules): Promise<string[]> {
  // Half-way through a movement, colours are mixtures that nobody chose.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        (each) => each.effect?.getTiming().iterations === Infinity || each.playState === "finished",
      ),
  );
  if (await page.evaluate(() => !("axe" in globalThis))) await page.evaluate(axe);
  const found: Violation[] = await page.evaluate(
    `axe.run(document, { resultTypes: ['violations']${rules[what]} }).then((r) => r.violations)`,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary ?? ""}`,
    ),
  );
}

async function hasLoaded(page: Page): Promise<void> {
  // What is drawn for the new path comes with the next frame.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => drawn(null))));
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(() => !document.body.textContent.includes("Loading "));
}

async function openReader(browser: Browser, axe: string, url: string, look: Look): Promise<Reader> {
  const context = await browser.newContext(looks[look]);
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  const complaints: string[] = [];
  const announced: RegExp[] = [];
  let bytes = 0;
  const complain = (text: string) => {
    if (!announced.some((like) => like.test(text))) complaints.push(text);
  };
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complain(message.text());
  });
  page.on("pageerror", (error) => complain(String(error)));
  page.on("response", (response) => {
    if (new URL(response.url()).pathname.startsWith("/api/")) return;
    void response
      .request()
      .sizes()
      .then(
        ({ responseBodySize }) => (bytes += responseBodySize),
        () => undefined,
      );
  });
  return {
    page,
    complaints,
    join: async (link, password, email) => {
      const data = {
        link,
        password,
        name: "Jo Lindqvist",
        email: email ?? `${link.slice(0, 8).toLowerCase()}@example.org`,
      };
      const answer = await context.request.post(`${url}/api/auth/link/accept`, {
        data,
        headers: { origin: url },
      });
      if (!answer.ok()) throw new Error(await answer.text());
    },
    visit: async (path) => {
      await page.goto(url + path);
      await hasLoaded(page);
    },
    turnTo: async (path) => {
      await page.evaluate((to) => {
        history.pushState(null, "", to);
        dispatchEvent(new PopStateEvent("popstate"));
      }, path);
      await hasLoaded(page);
    },
    barriers: (what = "all") => findBarriers(page, axe, what),
    fitsTheScreen: () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
    loadedBytes: () => bytes,
    expectComplaint: (like) => void announced.push(like),
    close: () => context.close(),
  };
}

/** `npm test` finds or installs a Chromium and says where it is in CASTOR_CHROMIUM. */
export function chromiumPath(): string {
  const path = Bun.env["CASTOR_CHROMIUM"] ?? Bun.which("chromium") ?? Bun.which("chromium-browser");
  if (!path)
    throw new Error(
      "The journeys need Chromium: run `sudo apt-get install -y chromium`, or set CASTOR_CHROMIUM to its path",
    );
  return path;
}

/** A real Chromium. */
export async function openBrowser(): Promise<{
  reader: (url: string, look: Look) => Promise<Reader>;
  close: () => Promise<void>;
}> {
  const executablePath = chromiumPath();
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const axe = await axeSource();
  return {
    reader: (url, look) => openReader(browser, axe, url, look),
    close: () => browser.close(),
  };
}
