import { afterEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { openBrowser } from "../src/console/journeys/reader.ts";
import { nginxLacks, serveWithNginx } from "./nginx.ts";
import { endAll, later, type Running, startCastor, until } from "./running.ts";

const timeoutMs = 90_000;
afterEach(endAll, timeoutMs);

const root = join(import.meta.dir, "..");
const pageBytesMax = 30_000;
const shots = Bun.env["CASTOR_SHOTS"];

const configFor = (console: string) => ({
  console: { hosts: ["status.shop.example"] },
  catalog: { services: { status: { url: console } } },
  gateway: { workers: 1, routes: [{ host: "status.shop.example", service: "status" }] },
  mail: { smtp: { host: "127.0.0.1", port: 1, security: "none" }, from: "status@shop.example" },
  cache: { routes: [{ path: "/status" }] },
  "status-page": {
    ...{ title: "Example shop", url: "http://status.shop.example", languages: ["en", "fr"] },
    ...{
      zone: "Europe/Paris",
      groups: { inside: { en: "For partners", fr: "Pour les partenaires" } },
    },
    components: {
      shop: { name: { en: "Shop", fr: "Boutique" }, service: "status" },
      pay: { name: { en: "Payment", fr: "Paiement" }, description: "Cards and transfers" },
      api: { name: "API", group: "inside" },
    },
    publish: { targets: { web: { kind: "directory", path: "www" } } },
    subscribe: { address: `${console}/status` },
  },
});

function killAll(castor: Running): void {
  const pids = [castor.keeperPid(), ...castor.processes().map(({ identity }) => identity.pid)];
  for (const pid of pids) process.kill(pid, "SIGKILL");
}

/** The words of castor.yaml, run where Castor was. */
async function cli(castor: Running, ...words: string[]): Promise<{ code: number; out: string }> {
  const command = [process.execPath, join(root, "src/main.ts"), ...words, "--data", castor.data];
  const child = Bun.spawn(command, { cwd: castor.folder, stdout: "pipe", stderr: "pipe" });
  const [out, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  return { code, out };
}

test.skipIf(nginxLacks() !== undefined)(
  "the page stands elsewhere, costs Castor nothing however many read it, and says its age once Castor is gone",
  async () => {
    const castor = await startCastor({ config: { gateway: { workers: 1 } } });
    castor.writeConfig(configFor(castor.console));
    const www = join(castor.folder, "www");
    await until("the page is there", () => Bun.file(join(www, "index.html")).exists());
    const post = {
      title: { en: "Nobody can pay by card", fr: "Le paiement par carte est impossible" },
      text: {
        en: "Our bank does not answer. We are looking into it.",
        fr: "Notre banque ne répond pas.",
      },
      components: { pay: "major_outage", shop: "degraded_performance" },
    };
    await castor.api.act("status-page.post", post);
    const says = (): string => readFileSync(join(www, "index.html"), "utf8");
    await until("the post is there", () => says().includes("Nobody can pay by card"));
    await manyRead(castor);

    const site = await serveWithNginx(www);
    const browser = await openBrowser();
    later(() => browser.close());
    for (const look of ["light", "phone"] as const) {
      const { page, visit, barriers, fitsTheScreen, complaints, loadedBytes, close } =
        await browser.reader(site, look);
      for (const path of look === "phone" ? ["/", "/subscribe/"] : ["/"]) {
        await visit(path);
        expect(await barriers()).toEqual([]);
        expect(await fitsTheScreen()).toBe(true);
        if (shots)
          await page.screenshot({
            path: `${shots}/${look}${path.replaceAll("/", "-")}.png`,
            fullPage: true,
          });
      }
      if (look === "phone") {
        await page.getByLabel("E-mail address").fill("ana@home.example");
        await page.getByRole("button", { name: "Subscribe" }).click();
        await page.getByRole("heading", { name: "Look at your messages" }).waitFor();
        expect(await barriers()).toEqual([]);
      }
      await visit("/");
      await until("its size is known", () => loadedBytes() > 0);
      expect(await page.locator("#old").isHidden()).toBe(true);
      expect(complaints).toEqual([]);
      await close();
    }
    await readsWithoutScripts(browser, site);
    expect(Buffer.byteLength(says())).toBeLessThan(pageBytesMax);

    killAll(castor);
    const { page, visit, close } = await browser.reader(site, "light");
    await page.clock.install();
    await visit("/");
    expect(await page.locator("#old").isHidden()).toBe(true);
    await page.clock.fastForward(6 * 60_000);
    await page.getByText(/Last heard from us [5-7] minutes ago/).waitFor();
    if (shots) await page.screenshot({ path: `${shots}/old.png` });
    expect(await page.getByText("Nobody can pay by card").first().isVisible()).toBe(true);
    await close();

    // From cron, without a Castor: what it knew last goes out, with the age of that.
    const before = JSON.parse(readFileSync(join(www, "pulse.json"), "utf8")) as { at: number };
    await Bun.file(join(www, "index.html")).delete();
    await Bun.file(join(www, "files.json")).delete();
    const { code, out } = await cli(castor, "status-page", "publish", "--json");
    expect([code, JSON.parse(out)]).toMatchObject([0, { isRunning: false }]);
    expect(says()).toContain("Nobody can pay by card");
    const after = JSON.parse(readFileSync(join(www, "pulse.json"), "utf8")) as { at: number };
    expect(after.at).toBeLessThanOrEqual(before.at);
    await saysSoElsewhere(castor, www, browser, site);
  },
  timeoutMs,
);

/** A second machine has the same section of castor.yaml and nothing else: neither data nor a running Castor. */
async function saysSoElsewhere(
  castor: Running,
  www: string,
  browser: Awaited<ReturnType<typeof openBrowser>>,
  site: string,
): Promise<void> {
  const second = join(castor.folder, "second");
  const { console: _, ...config } = configFor(castor.console);
  config["status-page"].publish.targets.web.path = www;
  await Bun.write(join(second, "castor.yaml"), stringify(config));
  const pulse = async () => {
    const command = [process.execPath, join(root, "src/main.ts"), "status-page", "pulse"];
    const child = Bun.spawn(command, { cwd: second, stdout: "pipe", stderr: "inherit" });
    return { out: await new Response(child.stdout).text(), code: await child.exited };
  };
  expect(await pulse()).toEqual({ out: "", code: 0 });
  // Nobody waits here until the page is old: it is made old.
  const back = 10 * 60_000;
  const text = readFileSync(join(www, "pulse.json"), "utf8");
  const at = (JSON.parse(text) as { at: number }).at;
  await Bun.write(join(www, "pulse.json"), text.replace(`${at}`, `${at - back}`));
  const old = await pulse();
  expect(old.code).toBe(1);
  expect(old.out).toMatch(/web +nobody was heard of for 1\d minutes, and the page says so/);
  const { page, close } = await browser.reader(site, "noScript");
  await page.goto(site);
  await page.getByText(/Last heard from us 1\d minutes ago/).waitFor();
  await page.goto(`${site}/fr/`);
  await page.getByText(/il y a 1\d minutes/).waitFor();
  await close();
}

async function readsWithoutScripts(
  browser: Awaited<ReturnType<typeof openBrowser>>,
  site: string,
): Promise<void> {
  const { page, close } = await browser.reader(site, "noScript");
  await page.goto(site);
  for (const text of ["Something important does not work", "Nobody can pay by card", "Our bank"])
    expect(await page.getByText(text).first().isVisible()).toBe(true);
  expect(await page.locator("#old").isHidden()).toBe(true);
  await page.goto(`${site}/subscribe/`);
  expect(await page.getByLabel("E-mail address").isVisible()).toBe(true);
  await close();
}

/** A crowd at the gateway reads what the gateway keeps: hardly any of them asks Castor itself. */
async function manyRead(castor: Running): Promise<void> {
  const readers = 500;
  const read = async (): Promise<string> => {
    const answer = await fetch(`${castor.gateway}/status/`, {
      headers: { host: "status.shop.example" },
    });
    const isPage = (await answer.text()).includes("Nobody can pay by card");
    return isPage ? (answer.headers.get("cache-status") ?? "none") : `${answer.status}`;
  };
  await until("the gateway serves the page", async () => (await read()).includes("hit"));
  const statuses: string[] = [];
  const reader = async (): Promise<void> => {
    while (statuses.length < readers) statuses.push(await read());
  };
  await Promise.all(Array.from({ length: 32 }, reader));
  const hits = statuses.filter((each) => /\bhit\b/.test(each)).length;
  expect({ hits, misses: statuses.length - hits }).toMatchObject({ hits: statuses.length });
}
