import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { answering, Backend, ok, until, world } from "../world.testing.ts";
import { roomPicture, StubHub } from "./room.testing.ts";
import { Rooms } from "./rooms.ts";

const key = Buffer.alloc(32, 3).toString("base64");
const title = "<!doctype html><title>Shop</title><h1>Checkout</h1>";
let browser: Browser;
beforeAll(async () => {
  const executablePath =
    Bun.env["CASTOR_CHROMIUM"] ?? Bun.which("chromium") ?? Bun.which("chromium-browser") ?? "";
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
}, 60_000);
afterAll(() => browser.close());
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0).toReversed()) await each();
});

/** A room whose page asks each second, and a browser in front of it. */
async function visitor(
  over: Parameters<Browser["newContext"]>[0] = {},
): Promise<{ page: Page; hub: StubHub; pass: () => Promise<string>; complaints: string[] }> {
  const origin = new Backend(answering(ok(title, "Content-Type: text/html\r\n")));
  const w = world([origin]);
  const hub = new StubHub();
  const rooms = new Rooms(w.tally, { bus: hub, worker: "gateway-1.x" });
  rooms.apply({ keys: [{ key, since: 0 }], rooms: [roomPicture({ refreshMs: 1_000 })] });
  w.plane.rooms = rooms;
  await until(() => hub.asked > 0, "the hub to be asked");
  const context: BrowserContext = await browser.newContext(over);
  undo.push(
    () => origin.stop(),
    () => w[Symbol.dispose](),
    () => rooms.stop(),
    () => context.close(),
  );
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`http://127.0.0.1:${w.port}/checkout`);
  const pass = async (): Promise<string> => {
    const [cookie] = await context.cookies();
    return cookie?.value.split(".")[1] ?? "";
  };
  return { page, hub, pass, complaints };
}

test("the page gets in by itself once it is its turn, and keeps its place until then", async () => {
  const { page, hub, pass, complaints } = await visitor();
  const mine = await pass();
  const asked = page.waitForRequest(
    (request) => request.headers()["castor-waiting-room"] === "peek",
  );
  hub.orders = { ...hub.orders, line: [[0, 10]], pacePerMinute: 1 };
  await asked;
  await page.getByText("10–12 minutes").waitFor();
  expect(await pass()).toBe(mine);
  hub.call(mine);
  await page.getByRole("heading", { name: "Checkout" }).waitFor();
  expect(await pass()).toBe(mine);
  expect(complaints.filter((each) => !each.includes("favicon"))).toEqual([]);
}, 60_000);

test("without scripts it gets in just as well", async () => {
  const { page, hub, pass } = await visitor({ javaScriptEnabled: false });
  hub.call(await pass());
  await page.getByRole("heading", { name: "Checkout" }).waitFor();
}, 60_000);

test("nothing keeps anybody out: light, dark, on a phone, in French", async () => {
  const axe = await Bun.file(Bun.resolveSync("axe-core/axe.min.js", import.meta.dir)).text();
  for (const look of [
    { colorScheme: "light", viewport: { width: 1_000, height: 700 } },
    { colorScheme: "dark", viewport: { width: 320, height: 600 }, locale: "fr-FR" },
  ] as const) {
    const { page } = await visitor({ ...look, bypassCSP: true });
    await page.evaluate(axe);
    const violations: { id: string }[] = await page.evaluate(
      "axe.run(document).then((each) => each.violations)",
    );
    expect(violations.map(({ id }) => id)).toEqual([]);
    const fits = await page.evaluate("document.documentElement.scrollWidth <= innerWidth");
    expect(fits).toBe(true);
  }
}, 60_000);
