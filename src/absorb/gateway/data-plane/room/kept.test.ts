import { afterEach, expect, test } from "bun:test";
import { cacheWorld, closing, origin, page } from "../cache/cache.testing.ts";
import { roomPicture, StubHub } from "./room.testing.ts";
import { Rooms } from "./rooms.ts";

const key = Buffer.alloc(32, 3).toString("base64");
const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0).toReversed()) each();
});

/** A cache behind a room that holds everything or not; the hub lends nothing until told. */
function kept(holdsEverything: boolean, lines = "Cache-Control: max-age=60\r\n") {
  const shop = origin(({ wire, path }) => void wire.send(page(`page ${path}`, lines)));
  const w = cacheWorld(shop);
  const hub = new StubHub();
  const rooms = new Rooms(w.tally, { bus: hub, worker: "gateway-1.x" });
  undo.push(
    () => shop.stop(),
    () => rooms.stop(),
    () => w[Symbol.dispose](),
  );
  const open = (): void => {
    rooms.apply({ keys: [{ key, since: 0 }], rooms: [roomPicture({ holdsEverything })] });
    w.plane.rooms = rooms;
  };
  return { ...w, shop, hub, open };
}

test("what is kept is served to everybody, also to those who wait; the rest is for those who are in", async () => {
  const { ask, open, shop } = kept(false);
  expect(await ask(closing("/news"))).toEndWith("page /news");
  open();
  const again = await ask(closing("/news"));
  expect(again).toEndWith("page /news");
  expect(again).not.toContain("castor.room");
  expect(await ask(closing("/checkout"))).toContain("room.waiting");
  expect(shop.asked).toHaveLength(1);
});

test("a room that holds everything holds what is kept too, and a pass comes with a kept page", async () => {
  const { ask, open, hub, shop } = kept(true);
  await ask(closing("/news"));
  open();
  expect(await ask(closing("/news"))).toContain("room.waiting");
  hub.orders.lent = 1;
  const entered = await ask(closing("/news"));
  expect(entered).toEndWith("page /news");
  expect(entered).toContain("Set-Cookie: castor.room.sale=i.");
  expect(shop.asked).toHaveLength(1);
});

test("a pass is given to the one who got in, never kept with the page that came with it", async () => {
  const { ask, open, hub } = kept(false);
  open();
  hub.orders.lent = 1;
  expect(await ask(closing("/news"))).toContain("Set-Cookie: castor.room.sale=i.");
  hub.orders.lent = 0;
  expect(await ask(closing("/news"))).not.toContain("castor.room");
});

test("an answer that ends somebody's stay is theirs alone", async () => {
  const lines = "Cache-Control: max-age=60\r\nCastor-Waiting-Room: revoke\r\n";
  const { ask, open, hub, shop } = kept(false, lines);
  open();
  hub.orders.lent = 2;
  for (let asked = 1; asked <= 2; asked++) {
    const answer = await ask(closing("/bye"));
    expect(answer).toContain("castor.room.sale=; Path=/; Max-Age=0");
    expect(answer.toLowerCase()).not.toContain("castor-waiting-room:");
    expect(shop.asked).toHaveLength(asked);
  }
});
