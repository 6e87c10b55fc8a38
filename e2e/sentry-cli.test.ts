import { afterEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { dsnOf } from "./inbox.ts";
import { endAll, later, type Running, startCastor, until } from "./running.ts";

const timeoutMs = 120_000;
const folder = join(import.meta.dir, "sentry-sdks");
const cli = join(folder, "node_modules/@sentry/cli-linux-x64/bin/sentry-cli");
const lacks = !existsSync(cli) || !existsSync("/usr/bin/chromium");

afterEach(endAll, timeoutMs);

type Frame = { name?: string; file: string; line?: number; context?: string; inApp: boolean };
type Issue = { id: string; events: number; culprit: string; state: string };

async function shop(): Promise<Running & { dsn: string; secret: string }> {
  const castor = await startCastor({
    config: { errors: { projects: { shop: {} } }, gateway: { workers: 1 } },
  });
  const made = { name: "ci", role: "operator", scopes: ["errors.*"] };
  const { secret } = (await castor.api.act("tokens.create", made)) as { secret: string };
  const dsn = await dsnOf(castor);
  return { ...castor, dsn, secret };
}

/** The real program of Sentry, told only where Castor is and by which token. */
async function sentryCli(
  of: { console: string; secret: string; folder: string },
  ...args: string[]
): Promise<string> {
  const child = Bun.spawn([cli, ...args], {
    cwd: of.folder,
    env: {
      PATH: process.env["PATH"] ?? "",
      ...{ SENTRY_URL: of.console, SENTRY_AUTH_TOKEN: of.secret },
      ...{ SENTRY_ORG: "anything", SENTRY_PROJECT: "shop" },
    },
    stdout: "pipe",
    stderr: "pipe",
  });
  later(() => child.kill("SIGKILL"));
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new Error(`sentry-cli ${args.join(" ")}: ${out}${err}`);
  return out + err;
}

function commit(folder: string, message: string): void {
  const who = ["-c", "user.name=x", "-c", "user.email=x@example.com"];
  for (const args of [
    ["init", "-q"],
    [...who, "commit", "-q", "--allow-empty", "-m", message],
  ])
    expect(Bun.spawnSync(["git", "-C", folder, ...args]).exitCode).toBe(0);
}

/** A minified build. Bun writes debug ids of its own, which no page tells: without them, `inject` adds Sentry's. */
async function build(to: string): Promise<void> {
  mkdirSync(to);
  await Bun.build({
    entrypoints: [join(folder, "apps/shop.ts")],
    outdir: to,
    minify: true,
    sourcemap: "linked",
    target: "browser",
  });
  for (const name of readdirSync(to)) {
    const text = readFileSync(join(to, name), "utf8");
    const plain = text.replace(/^\/\/# debugId=.*$/m, "").replace(/^ *"debugId": .*$/m, "");
    writeFileSync(join(to, name), plain);
  }
}

/** Serves a build, and clicks its button in a real browser. */
async function visit(dist: string, of: { dsn: string; release?: string }): Promise<void> {
  const site = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/shop.js") return new Response(Bun.file(join(dist, "shop.js")));
      if (pathname !== "/") return new Response(null, { status: 404 });
      const told = `var dsn=${JSON.stringify(of.dsn)},release=${JSON.stringify(of.release)}`;
      return new Response(
        `<!doctype html><button>Pay</button><script>${told}</script><script src="/shop.js"></script>`,
        { headers: { "content-type": "text/html" } },
      );
    },
  });
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  later(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${site.port}/`);
  const sent = page.waitForResponse((answer) => answer.url().includes("/envelope/"));
  await page.click("button");
  await sent;
  await browser.close();
  await site.stop(true);
}

const issuesOf = async ({ api }: Running): Promise<Issue[]> =>
  ((await api.ask("errors.issues", { sort: "first" })) as { issues: Issue[] }).issues;
const framesOf = async ({ api }: Running, event: string): Promise<Frame[]> => {
  const found = (await api.ask("errors.event", { issue: "shop-1", event })) as {
    exceptions: { frames: Frame[] }[];
  };
  return found.exceptions.at(-1)?.frames ?? [];
};
const original = [
  ["centsOf", "cart.ts", 4],
  ["cartTotal", "cart.ts", 9],
  ["pay", "shop.ts", 10],
];
const places = (frames: readonly Frame[]): unknown[] =>
  frames.slice(0, 3).map((each) => [each.name, each.file.split("/").at(-1), each.line]);

test.skipIf(lacks)(
  "with sentry-cli's releases, deploys and source maps, an error of a minified page in a browser is shown in its source",
  async () => {
    const castor = await shop();
    const dist = join(castor.folder, "dist");
    await build(dist);
    expect(await sentryCli(castor, "info")).toContain("anything");
    await sentryCli(castor, "releases", "new", "shop@1.0.0");
    expect(await sentryCli(castor, "sourcemaps", "inject", "dist")).toContain("shop.js");
    expect(await sentryCli(castor, "sourcemaps", "upload", "-r", "shop@1.0.0", "dist")).toContain(
      "File processing complete",
    );
    await sentryCli(castor, "releases", "finalize", "shop@1.0.0");
    await sentryCli(
      castor,
      "deploys",
      "new",
      "-r",
      "shop@1.0.0",
      "-e",
      "production",
      "-n",
      "first",
    );
    commit(castor.folder, "Prices may be missing");
    await sentryCli(castor, "releases", "set-commits", "shop@1.0.0", "--local");
    const release = await castor.api.ask("errors.release", {
      project: "shop",
      release: "shop@1.0.0",
    });
    expect(release).toMatchObject({ commitList: [{ title: "Prices may be missing" }], maps: 1 });
    expect(await sentryCli(castor, "deploys", "list", "-r", "shop@1.0.0")).toContain("production");
    expect(await sentryCli(castor, "releases", "list")).toContain("shop@1.0.0");
    // Without a release it is found by its debug id.
    await visit(dist, { dsn: castor.dsn });
    const frames = await until("the error is in the inbox", async () => {
      const found = await framesOf(castor, "last");
      return found.length > 0 && found;
    });
    expect(places(frames)).toEqual(original);
    expect(frames[0]?.context).toContain("(line.price as { cents: number }).cents");
    expect(
      frames.filter((each) => each.file.includes("node_modules")).every((each) => !each.inApp),
    ).toBe(true);
    const [issue] = await issuesOf(castor);
    expect(issue?.culprit).toMatch(/^centsOf in .*cart\.ts$/);
    const facts = await castor.log(
      "errors.release-made",
      "errors.release-finalized",
      "errors.deployed",
    );
    expect(facts).toHaveLength(3);
  },
  timeoutMs,
);

test.skipIf(lacks)(
  "source maps that come after the errors are applied to them, and two releases of one bug are one error that comes back",
  async () => {
    const castor = await shop();
    const dist = join(castor.folder, "dist");
    await build(dist);
    await visit(dist, { dsn: castor.dsn, release: "shop@1.0.0" });
    await until("the error is in the inbox", async () => (await issuesOf(castor)).length === 1);
    expect(places(await framesOf(castor, "last"))).not.toEqual(original);
    await sentryCli(castor, "sourcemaps", "upload", "-r", "shop@1.0.0", "dist");
    await until("the map is applied", async () =>
      Bun.deepEquals(places(await framesOf(castor, "first")), original),
    );
    await castor.api.act("errors.resolve", {
      issue: "shop-1",
      resolution: { how: "next-release" },
    });
    await visit(dist, { dsn: castor.dsn, release: "shop@1.0.0" });
    await sentryCli(castor, "sourcemaps", "upload", "-r", "shop@1.1.0", "dist");
    expect(await castor.log("errors.regressed")).toEqual([]);
    await visit(dist, { dsn: castor.dsn, release: "shop@1.1.0" });
    await until("the error is back", async () => (await castor.log("errors.regressed"))[0]);
    expect(await issuesOf(castor)).toMatchObject([{ id: "shop-1", events: 3 }]);
  },
  timeoutMs,
);
