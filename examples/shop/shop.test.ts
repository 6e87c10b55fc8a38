import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { cartCookie, readCart, withCount } from "./cart.ts";
import { goods, search } from "./goods.ts";
import { openShop, type Shop } from "./shop.ts";

const open: Shop[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((shop) => shop.stop()));
});
function anInstance(instance: string): Shop {
  const shop = openShop({ port: 0, instance });
  open.push(shop);
  return shop;
}
const get = (shop: Shop, path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(new URL(path, shop.url), { headers, redirect: "manual" });
const post = (shop: Shop, path: string, body: string, cookie = ""): Promise<Response> =>
  fetch(new URL(path, shop.url), {
    method: "POST",
    body,
    headers: { cookie, "content-type": "application/x-www-form-urlencoded" },
    redirect: "manual",
  });
const cookieOf = (response: Response): string =>
  response.headers.getSetCookie()[0]?.split(";")[0] ?? "";

describe("the shop", () => {
  test("shows every good, each with a picture and a page of its own", async () => {
    const shop = anInstance("a");
    const home = await (await get(shop, "/")).text();
    for (const { id, name } of goods) {
      expect(home).toContain(`href="/goods/${id}"`);
      const page = await get(shop, `/goods/${id}`);
      expect(page.status).toBe(200);
      const text = await page.text();
      expect(text).toContain(`<h1>${name}</h1>`);
      expect(text).toContain(`aria-label="${name}"`);
    }
    expect((await get(shop, "/goods/moon")).status).toBe(404);
    expect((await get(shop, "/nowhere")).status).toBe(404);
  });

  test("finds by words, and repeats a question without running it", async () => {
    expect(search("rain cotton").map(({ id }) => id)).toContain("oil-jacket");
    expect(search("submarine")).toEqual([]);
    const page = await get(anInstance("a"), "/search?q=%3Cscript%3Ealert(1)");
    expect(await page.text()).not.toContain("<script>alert");
  });

  test("answers that nothing changed", async () => {
    const shop = anInstance("a");
    for (const path of ["/", "/style.css", "/shop.js", "/goods/river-canoe"]) {
      const etag = (await get(shop, path)).headers.get("etag") ?? "";
      const again = await get(shop, path, { "if-none-match": etag });
      expect(again.status).toBe(304);
      expect((await get(shop, path, { "if-none-match": '"old"' })).status).toBe(200);
    }
  });

  test("says who answered, and that it is well", async () => {
    const health = await get(anInstance("shop-2"), "/health");
    expect(await health.json()).toMatchObject({ ok: true });
    expect(health.headers.get("x-shop-instance")).toBe("shop-2");
  });
});

describe("a cart", () => {
  test("goes on at another instance, up to the order", async () => {
    const [one, two, three] = [anInstance("1"), anInstance("2"), anInstance("3")];
    const first = cookieOf(await post(one, "/cart", "id=enamel-mug&add=1"));
    const second = cookieOf(await post(two, "/cart", "id=enamel-mug&add=2", first));
    expect(await (await get(three, "/cart.json", { cookie: second })).json()).toEqual({ count: 3 });
    expect(await (await get(three, "/cart", { cookie: second })).text()).toContain("€ 54.00");
    const order = await post(three, "/checkout", "", second);
    expect(order.status).toBe(303);
    expect(order.headers.get("location")).toMatch(/^\/thanks\?order=[0-9A-F]{8}$/);
    expect(order.headers.getSetCookie()[0]).toContain("Max-Age=0");
  });

  test("that was tampered with is empty", () => {
    const cookie = cartCookie({ "river-canoe": 1 }).split(";")[0] ?? "";
    expect(readCart(cookie)).toEqual({ "river-canoe": 1 });
    const richer = Buffer.from('{"river-canoe":9}').toString("base64url");
    expect(readCart(cookie.replace(/=[^.]+/, `=${richer}`))).toEqual({});
    expect(readCart("cart=nonsense")).toEqual({});
    expect(readCart(null)).toEqual({});
  });

  test("holds only goods that exist, and not more than it can carry", () => {
    expect(withCount({}, "moon", 1)).toEqual({});
    expect(withCount({}, "enamel-mug", 1e9)).toEqual({ "enamel-mug": 99 });
    expect(withCount({ "enamel-mug": 2 }, "enamel-mug", 0)).toEqual({});
    expect(withCount({ "enamel-mug": 2 }, "enamel-mug", Number.NaN)).toEqual({});
  });

  test("that is empty cannot be ordered", async () =>
    expect((await post(anInstance("1"), "/checkout", "")).headers.get("location")).toEndWith(
      "/cart",
    ));
});

test("an order is news to everyone who watches", async () => {
  const shop = anInstance("1");
  const events = await get(shop, "/events");
  expect(events.headers.get("content-type")).toBe("text/event-stream");
  const cookie = cookieOf(await post(shop, "/cart", "id=tin-lantern&add=1"));
  await post(shop, "/checkout", "", cookie);
  let heard = "";
  for await (const chunk of events.body ?? []) {
    heard += new TextDecoder().decode(chunk);
    if (heard.includes("bought")) break;
  }
  expect(heard).toContain('event: bought\ndata: {"name":"Tin lantern"}\n\n');
});

test("what one says at the campfire, the others hear", async () => {
  const shop = anInstance("1");
  const join = async (): Promise<{ socket: WebSocket; heard: Promise<string> }> => {
    const socket = new WebSocket(new URL("/chat", shop.url.replace("http", "ws")));
    const heard = new Promise<string>((resolve) =>
      socket.addEventListener("message", ({ data }) => resolve(String(data))),
    );
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    return { socket, heard };
  };
  const [ann, ben] = [await join(), await join()];
  ann.socket.send("  hello  ");
  expect(await Promise.all([ann.heard, ben.heard])).toEqual(["hello", "hello"]);
});

test("a shop that is told to stop serves whom it has, says goodbye, and goes", async () => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "main.ts")], {
    env: { ...process.env, PORT: "0" },
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = child.stdout.getReader();
  const first = new TextDecoder().decode((await output.read()).value);
  const url = /http\S+/.exec(first)?.[0] ?? "";
  const shop = { url, stop: () => Promise.resolve() };
  const cookie = cookieOf(await post(shop, "/cart", "id=pack-raft&add=1"));
  const watching = await get(shop, "/events");
  const chat = new WebSocket(new URL("/chat", url.replace("http", "ws")));
  await new Promise((resolve) => chat.addEventListener("open", resolve));
  const goodbye = new Promise<number>((resolve) =>
    chat.addEventListener("close", ({ code }) => resolve(code)),
  );
  const order = post(shop, "/checkout", "", cookie);
  // It is in the middle of the order when it serves the watcher, the order and the question about its health.
  const midway = async (): Promise<void> => {
    const health = async () => (await (await get(shop, "/health")).json()) as { serving: number };
    while ((await health()).serving < 3);
  };
  await Promise.race([order, midway()]);
  child.kill("SIGTERM");
  expect((await order).status).toBe(303);
  expect(await goodbye).toBe(1001);
  expect(await watching.text()).toStartWith("retry:");
  expect(await child.exited).toBe(0);
});
