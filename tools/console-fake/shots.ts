import { chromium } from "playwright-core";
import { startFake } from "./server.ts";

// Usage: bun tools/console-fake/shots.ts FOLDER [name…]: pictures of every page, light, dark and on a phone.
const [folder = "/tmp/shots", ...only] = Bun.argv.slice(2);
const pages = {
  now: "/",
  gateway: "/gateway",
  live: "/live",
  faults: "/faults",
  freeze: "/freeze",
  rooms: "/waiting-rooms",
  services: "/services",
  probes: "/probes",
  probe: "/probes?probe=shop-front",
  errors: "/errors",
  error: "/errors?issue=shop-17",
  triage: "/errors?triage=yes",
  alerts: "/alerts",
  noise: "/alerts?view=noise",
  rules: "/alerts?view=rules",
  replay: "/alerts?view=replay",
  mended: "/errors?issue=shop-12",
  releases: "/errors?view=releases",
  release: "/errors?view=releases&project=shop&release=shop@1.9.0",
  jobs: "/errors?view=jobs",
  week: "/errors?view=week",
  incidents: "/incidents",
  room: "/incidents?incident=inc-42",
  approvals: "/approvals",
  runbooks: "/runbooks",
  runbook: "/runbooks?runbook=shop/nobody-can-pay&incident=inc-42&service=shop",
  "status-page": "/status-page",
  library: "/library",
  reliability: "/reliability",
  story: "/library?story=s1",
  "post-mortems": "/post-mortems",
  "post-mortem": "/post-mortems?id=pm-41",
  "post-mortem-write": "/post-mortems?id=pm-41&view=write",
  "post-mortem-timeline": "/post-mortems?id=pm-41&view=timeline",
  "post-mortem-factors": "/post-mortems?id=pm-41&view=factors",
  "post-mortem-exam": "/post-mortems?id=pm-41&view=exam",
  "post-mortem-actions": "/post-mortems?id=pm-41&view=actions",
  "on-call": "/on-call",
  log: "/log?event=1852",
  settings: "/settings",
  pages: "/settings/pages",
  security: "/settings/security",
  people: "/settings/people",
  tokens: "/settings/tokens",
  mail: "/settings/mail",
  configuration: "/settings/configuration",
};
const looks = [
  { name: "light", viewport: { width: 1440, height: 960 }, colorScheme: "light" },
  { name: "dark", viewport: { width: 1440, height: 960 }, colorScheme: "dark" },
  {
    name: "phone",
    viewport: { width: 390, height: 844 },
    colorScheme: "dark",
    isMobile: true,
    hasTouch: true,
  },
] as const;

const fake = await startFake(Bun.env["ILL"] ? { ill: Bun.env["ILL"] } : {});
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
for (const { name: look, ...options } of looks) {
  const context = await browser.newContext({ ...options, deviceScaleFactor: 1 });
  const page = await context.newPage();
  page.on(
    "console",
    (message) => message.type() === "error" && process.stdout.write(`${look}: ${message.text()}\n`),
  );
  page.on("pageerror", (error) => process.stdout.write(`${look}: ${error}\n`));
  for (const [name, path] of Object.entries(pages)) {
    if (only.length > 0 && !only.includes(name) && !only.includes(`${name}-${look}`)) continue;
    await page.goto(fake.url + path);
    await page.locator("h1").first().waitFor();
    await page
      .locator("main")
      .getByText("Loading")
      .first()
      .waitFor({ state: "detached" })
      .catch(() => undefined);
    await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
    await page.screenshot({ path: `${folder}/${name}-${look}.png`, fullPage: look === "phone" });
  }
  await context.close();
}
await browser.close();
await fake.stop();
process.exit(0);
