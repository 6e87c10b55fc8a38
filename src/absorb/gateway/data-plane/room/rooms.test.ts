import { afterEach, expect, test } from "bun:test";
import type { DeskOrders, RoomPicture } from "../../../waiting-room/workers/contract.ts";
import { answering, Backend, dial, get, ok, until, type World, world } from "../world.testing.ts";
import { Rooms } from "./rooms.ts";
import { roomPicture, StubHub } from "./room.testing.ts";

const key = Buffer.alloc(32, 3).toString("base64");
const page = "Accept: text/html\r\nConnection: close\r\n";
const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0).toReversed()) each();
});

/** A data plane with one room, whose hub says what the test tells it. */
function room(
  over: Partial<RoomPicture> = {},
  orders: Partial<DeskOrders> = {},
  answer = ok("shop", "Set-Cookie: a=b\r\n"),
): World & { hub: StubHub; origin: Backend } {
  const origin = new Backend(answering(answer));
  const made = world([origin]);
  const hub = new StubHub();
  Object.assign(hub.orders, orders);
  const rooms = new Rooms(made.tally, { bus: hub, worker: "gateway-1.x" });
  rooms.apply({ keys: [{ key, since: 0 }], rooms: [roomPicture(over)] });
  made.plane.rooms = rooms;
  undo.push(
    () => origin.stop(),
    () => rooms.stop(),
    () => made[Symbol.dispose](),
  );
  return { ...made, hub, origin };
}
const passOf = (answer: string): string =>
  /Set-Cookie: (castor\.room\.sale=[^;]*)/.exec(answer)?.[1] ?? "";
const withPass = (pass: string, more = page): string => get("/", `Cookie: ${pass}\r\n${more}`);

test("where there is room, people walk in with a pass that the origin never sees", async () => {
  const { hub, origin, ask } = room();
  hub.orders.lent = 5;
  const answer = await ask(get("/", page));
  expect(answer).toStartWith("HTTP/1.1 200");
  expect(answer).toMatch(
    /Set-Cookie: castor\.room\.sale=i\.[^;]+; Path=\/; Max-Age=300; HttpOnly; SameSite=Lax\r\n/,
  );
  expect(answer).toContain("Set-Cookie: a=b");
  hub.orders.lent = 0;
  const again = await ask(get("/", `Cookie: x=1; ${passOf(answer)}\r\n${page}`));
  expect(again).toEndWith("shop");
  expect(passOf(again)).toBe("");
  expect(origin.text).toContain("Cookie: x=1\r\n");
  expect(origin.text).not.toContain("castor.room");
});

test("an instance hears by whose turn a request came in, and never from the visitor", async () => {
  const { hub, origin, ask } = room();
  hub.orders.lent = 5;
  const forged =
    "Castor-Turn: somebody-else\r\ncastor-turn: another\r\nConnection: castor-turn\r\n";
  const answer = await ask(get("/", `${forged}Accept: text/html\r\nConnection: close\r\n`));
  const [, id = ""] = /room\.sale=i\.([^.]+)\./.exec(answer) ?? [];
  expect([...(origin.text.match(/castor-turn: \S+/gi) ?? [])]).toEqual([`Castor-Turn: ${id}`]);
  await ask(get("/", `Cookie: ${passOf(answer)}\r\n${page}`));
  expect([...(origin.text.match(/castor-turn: \S+/gi) ?? [])]).toEqual(
    [id, id].map((each) => `Castor-Turn: ${each}`),
  );
});

test("who waits gets a page that works without scripts, is never kept, and says why and how long", async () => {
  const { hub, origin, ask, tally } = room();
  hub.orders = { ...hub.orders, line: [[0, 30]], pacePerMinute: 10 };
  await until(() => hub.asked > 0, "the hub to be asked");
  const answer = await ask(get("/cart", `${page}Accept-Language: fr-CA, en;q=0.5\r\n`));
  expect(answer).toStartWith("HTTP/1.1 200 OK");
  for (const line of [
    "Castor-Reason: room.waiting",
    "Cache-Control: no-store",
    "Content-Language: fr",
  ])
    expect(answer).toContain(`${line}\r\n`);
  expect(answer).toMatch(/<noscript><meta http-equiv="refresh" content="(18|19|20|21|22)">/);
  expect(answer).toContain('<html lang="fr"');
  expect(Buffer.from(answer, "latin1").toString()).toContain("3–4 minutes");
  expect(answer).toMatch(/Content-Security-Policy: default-src 'none'; style-src 'sha256-/);
  expect(answer).toMatch(/Set-Cookie: castor\.room\.sale=w\.[^;]+; Path=\/; Max-Age=86400/);
  expect(origin.requestCount).toBe(0);
  expect(tally.of("waiting-room.refused", { room: "sale", why: "waiting" })).toBe(1);
  const head = await ask(`HEAD /cart HTTP/1.1\r\nHost: shop.example\r\n${page}\r\n`);
  expect(head).toContain("Castor-Reason: room.waiting");
  expect(head).toEndWith("\r\n\r\n");
});

test("programs get the same as JSON, with the fields of Cloudflare's", async () => {
  const { ask } = room({ status: 429 });
  const answer = await ask(get("/", "Accept: application/json\r\nConnection: close\r\n"));
  expect(answer).toStartWith("HTTP/1.1 429");
  expect(answer).toMatch(/Retry-After: \d+\r\n/);
  const told = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")));
  expect(told).toMatchObject({
    ...{ inWaitingRoom: true, waitTimeKnown: true, waitTime: 1, queueIsFull: false },
    ...{ queueAll: false, waitTimeFormatted: "less than a minute" },
    cfWaitingRoom: { inWaitingRoom: true },
  });
  expect(told.refreshIntervalSeconds).toBeWithin(18, 23);
});

test("whoever is called gets in once; the pass they waited with is worth nothing then", async () => {
  const { hub, ask, origin, tally } = room();
  const pass = passOf(await ask(get("/", page)));
  expect(await ask(withPass(pass))).toContain("room.waiting");
  const [, called = ""] = pass.slice(pass.indexOf("=") + 1).split(".");
  hub.call(called);
  await until(() => hub.told.has(called), "the call to be heard");
  const turn = await ask(withPass(pass, "Castor-Waiting-Room: peek\r\nConnection: close\r\n"));
  expect(turn).toContain('{"inWaitingRoom":false}');
  const entered = await ask(withPass(pass));
  expect(entered).toEndWith("shop");
  const again = await ask(withPass(pass));
  expect(again).toContain("room.waiting");
  expect(origin.requestCount).toBe(1);
  expect(await ask(withPass(passOf(entered)))).toEndWith("shop");
  expect(tally.of("waiting-room.admitted", { room: "sale", how: "queue" })).toBe(1);
});

test("a form of somebody who waits is not sent on, and a WebSocket is refused, both with a reason", async () => {
  const { ask, origin, port } = room();
  const form = await ask(
    `POST /buy HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 3\r\n${page}\r\na=b`,
  );
  expect(form).toStartWith("HTTP/1.1 503");
  expect(form).toContain("Castor-Reason: room.unsafe");
  expect(form).toContain('<a href="/buy">');
  expect(passOf(form)).not.toBe("");
  const lines = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n";
  const wire = await dial(port);
  const upgrade = await wire.send(get("/ws", lines)).says("room.upgrade");
  expect(upgrade).toStartWith("HTTP/1.1 503");
  expect(upgrade).toContain("Castor-Reason: room.upgrade");
  expect(origin.requestCount).toBe(0);
});

test("what the bypass names need not queue; a path spelled otherwise does not get around the room", async () => {
  const places = [{ hosts: [], pathPrefix: "/shop" }];
  const bypass = { paths: ["/shop/assets/**"], addresses: [] };
  const { ask } = room({ places, bypass });
  for (const free of ["/", "/shops", "/shop/assets/a/b.css"])
    expect(await ask(get(free, page))).toEndWith("shop");
  for (const held of [
    "/shop",
    "/shop?x",
    "/%73hop",
    "/a/../shop",
    "//shop",
    "/shop;v=1",
    "/shop/assets/../buy",
    "/shop/assets/%2e%2e/buy",
  ])
    expect([held, await ask(get(held, page))]).toEqual([
      held,
      expect.stringContaining("room.waiting"),
    ]);
});

test("an instance ends a stay: the place is free, the pass gone, and the visitor never sees how", async () => {
  const { hub, ask } = room({}, {}, ok("bye", "castor-waiting-room: revoke\r\n"));
  hub.orders.lent = 1;
  const answer = await ask(get("/", page));
  expect(answer).toContain("Set-Cookie: castor.room.sale=; Path=/; Max-Age=0");
  expect(answer.toLowerCase()).not.toContain("castor-waiting-room:");
  await until(() => hub.left.length === 1, "the hub to hear of it");
});

test("whoever got in keeps the pass also when the instance cannot answer", async () => {
  const { hub, ask, origin } = room();
  origin.stop();
  hub.orders.lent = 1;
  const answer = await ask(get("/", page));
  expect(answer).toStartWith("HTTP/1.1 502");
  expect(passOf(answer)).toStartWith("castor.room.sale=i.");
});

test("a room that is off lets everybody pass and gives no passes; https makes them Secure", async () => {
  const w = room({ mode: "off" }, { mode: "off" });
  const answer = await w.ask(get("/", page));
  expect(answer).toEndWith("shop");
  expect(answer).not.toContain("castor.room");
  w.plane.apply({ ...w.snapshot, trustedProxies: ["127.0.0.1"] });
  w.hub.orders.mode = "when-full";
  await until(() => w.hub.asked > 1, "the hub to be heard");
  const port = w.plane.ports()[0] ?? 0;
  const wire = await dial(port);
  const secure = await wire.send(get("/", `X-Forwarded-Proto: https\r\n${page}`)).over();
  expect(secure).toMatch(/SameSite=Lax; Secure\r\n/);
});

test("without control nobody new gets in, the last share aside, and the page says so", async () => {
  const { hub, ask } = room({}, { lent: 2 });
  await until(() => hub.asked > 0, "the share");
  hub.isAway = true;
  const first = await ask(get("/", page));
  expect(first).toEndWith("shop");
  const answers = [await ask(get("/", page)), await ask(get("/", page))];
  expect(answers[1]).toContain("Nobody is let in at this moment");
  expect(answers[1]).toContain("unknown");
  expect(await ask(withPass(passOf(first)))).toEndWith("shop");
});
