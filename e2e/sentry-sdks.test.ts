import { afterEach, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { dsnOf } from "./inbox.ts";
import { endAll, later, type Running, startCastor, until } from "./running.ts";

const timeoutMs = 90_000;
const folder = join(import.meta.dir, "sentry-sdks");
const modules = join(folder, "node_modules");
const app = (name: string): string => join(folder, "apps", name);
const python = "/usr/bin/python3";
/** `npm ci` in e2e/sentry-sdks brings the SDKs. */
const lacksSdks = !existsSync(modules);

afterEach(endAll, timeoutMs);

type Issue = {
  id: string;
  type: string;
  value: string;
  culprit: string;
  events: number;
  users: number;
  state: string;
};
const issuesOf = async ({ api }: Running): Promise<Issue[]> =>
  ((await api.ask("errors.issues", { sort: "first" })) as { issues: Issue[] }).issues.toReversed();

const config = { errors: { projects: { shop: {} } }, gateway: { workers: 1 } };
async function shop(): Promise<Running & { dsn: string }> {
  const castor = await startCastor({ config });
  const dsn = await dsnOf(castor);
  return { ...castor, dsn };
}

async function run(...command: string[]): Promise<void> {
  const child = Bun.spawn(command, {
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, CI: "1" },
  });
  later(() => child.kill("SIGKILL"));
  await child.exited;
}

test.skipIf(lacksSdks)(
  "Sentry's own SDKs send to a DSN of Castor, and the same bug in Node and Bun is one issue",
  async () => {
    const castor = await shop();
    await run("node", app("crash.mjs"), "node", castor.dsn, "caught");
    await run("node", app("crash.mjs"), "node", castor.dsn, "uncaught");
    await run(process.execPath, app("crash.mjs"), "bun", castor.dsn, "caught");
    // Another way to it, which each engine has other words for.
    await run(process.execPath, app("crash.mjs"), "bun", castor.dsn, "uncaught");
    await run("node", app("crash.mjs"), "node", castor.dsn, "message");
    const cli = join(modules, "@sentry/cli-linux-x64/bin/sentry-cli");
    if (existsSync(cli)) {
      const child = Bun.spawn([cli, "send-event", "-m", "hello from the command line"], {
        env: { ...process.env, SENTRY_DSN: castor.dsn, MY_SECRET_TOKEN: "hunter2" },
        stdout: "ignore",
        stderr: "ignore",
      });
      await child.exited;
    }
    const issues = await issuesOf(castor);
    expect(issues.slice(0, 2)).toMatchObject([
      { id: "shop-1", culprit: "priceOf in crash", events: 4, users: 2, state: "new" },
      { id: "shop-2", type: "payout 12 is late", events: 1 },
    ]);
    if (existsSync(cli)) {
      expect(issues[2]).toMatchObject({ type: "hello from the command line" });
      const event = JSON.stringify(await castor.api.ask("errors.event", { issue: "shop-3" }));
      expect(event).not.toContain("hunter2");
    }
    const told = (await castor.log("errors.created")).map((fact) => fact.says);
    expect(told.some((says) => says.includes("shop-1"))).toBe(true);
  },
  timeoutMs,
);

test.skipIf(!existsSync("/usr/lib/python3/dist-packages/sentry_sdk"))(
  "Debian's Python SDK sends, and the local variables it sends are without secrets",
  async () => {
    const castor = await shop();
    await run(python, app("crash.py"), castor.dsn);
    expect(await issuesOf(castor)).toMatchObject([
      { type: "KeyError", value: "'currency'", culprit: "charge in crash.py", events: 1 },
    ]);
    const event = JSON.stringify(await castor.api.ask("errors.event", { issue: "shop-1" }));
    expect(event).not.toMatch(/hunter2|4111111111111111/);
    expect(event).toContain("[scrubbed: card number]");
  },
  timeoutMs,
);

test.skipIf(lacksSdks || !existsSync("/usr/bin/chromium"))(
  "a page in a browser sends, straight to the DSN and through a tunnel of its own origin",
  async () => {
    const castor = await shop();
    const built = await Bun.build({
      entrypoints: [app("page.ts")],
      minify: true,
      target: "browser",
    });
    const script = (await built.outputs[0]?.text()) ?? "";
    const site = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => {
        const url = new URL(request.url);
        if (url.pathname === "/app.js")
          return new Response(script, { headers: { "content-type": "text/javascript" } });
        const tunnel = url.searchParams.has("tunnel") ? "'/in/sentry/tunnel/'" : "undefined";
        return new Response(
          `<!doctype html><button>Pay</button><script>var dsn=${JSON.stringify(castor.dsn)}, tunnel=${tunnel}</script><script src="/app.js"></script>`,
          { headers: { "content-type": "text/html" } },
        );
      },
    });
    later(() => site.stop(true));
    // The site behind the gateway, and the inbox under the site's own origin.
    castor.writeConfig({
      ...config,
      catalog: {
        services: {
          site: { url: `http://127.0.0.1:${site.port}` },
          inbox: { url: castor.console, health: false },
        },
      },
      gateway: {
        ...config.gateway,
        routes: [
          { path: "/in/sentry/", service: "inbox" },
          { path: "/", service: "site" },
        ],
      },
    });
    await until("the gateway serves the site", async () => (await fetch(`${castor.gateway}/`)).ok);
    const browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--no-sandbox"],
    });
    later(() => browser.close());
    for (const path of ["/", "/?tunnel"]) {
      const page = await browser.newPage();
      await page.goto(`${castor.gateway}${path}`);
      await page.click("button");
      const events = path === "/" ? 1 : 2;
      await until("the error is in the inbox", async () =>
        (await issuesOf(castor)).some((each) => each.events === events),
      );
      await page.close();
    }
    const [issue] = await issuesOf(castor);
    expect(issue).toMatchObject({ type: "TypeError", events: 2 });
    const { tags } = (await castor.api.ask("errors.issue", { issue: "shop-1" })) as {
      tags: { name: string; values: { value: string }[] }[];
    };
    expect(tags.find((each) => each.name === "browser")?.values[0]?.value).toStartWith("Chrome ");
  },
  timeoutMs,
);
