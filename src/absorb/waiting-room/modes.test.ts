import { spec } from "#kernel/testing";
import { expect, test } from "bun:test";
import { Config, pictureOf } from "./config.ts";
import {
  closed,
  endOutOfRange,
  numbersChanged,
  numbersReset,
  opened,
  released,
  unknownRoom,
} from "./contract.ts";
import * as modes from "./modes.ts";

const HOUR = 3_600_000;
const room = { routes: ["shop.example/checkout"], activeMax: 100, newPerMinute: 50 };
const config = Config.default(
  Config.parse({ rooms: { sale: room, vote: { ...room, routes: ["/vote"], open: "manual" } } }),
);
const given = (...before: modes.ModeEvent[]) => {
  const made = spec(modes.modes, { parse: () => config.parse(undefined) } as never, 1_000);
  return made(...(before as never[]));
};
const saleOpened = opened({ room: "sale", everyone: false, reason: "a wave", startedAt: 1_000 });
const saleClosed = closed({
  ...{ room: "sale", reason: "all is well", startedAt: 1_000, isOverride: true },
});

test("a room is opened by its name or by what is behind it, for a while or without end", () => {
  const asked = modes.OpenRoom.parse({ room: "sale", reason: "a wave" });
  given()
    .when(modes.open as never, asked)
    .emits(saleOpened);
  given()
    .when(modes.open as never, { ...asked, room: "shop.example/checkout", for: HOUR })
    .emits(opened({ ...saleOpened.data, endsAt: 1_000 + HOUR }));
  given()
    .when(modes.open as never, { ...asked, room: "nowhere" })
    .refuses(unknownRoom);
  given()
    .when(modes.open as never, { ...asked, for: 40 * 24 * HOUR })
    .refuses(endOutOfRange);
});

test("a closed room lets everybody pass; a manual one is only what it was before", () => {
  const asked = { room: "sale", reason: "all is well" };
  given()
    .when(modes.close as never, asked)
    .emits(saleClosed);
  given()
    .when(modes.close as never, { ...asked, room: "vote" })
    .changesNothing();
  const voteOpened = opened({ ...saleOpened.data, room: "vote" });
  given(voteOpened)
    .when(modes.close as never, { ...asked, room: "vote" })
    .emits(closed({ ...saleClosed.data, room: "vote", isOverride: false }));
});

test("a room follows its configuration again when asked, or when the time is over", () => {
  given()
    .when(modes.release as never, { room: "sale" })
    .changesNothing();
  given(saleOpened)
    .when(modes.release as never, { room: "sale" })
    .emits(released({ room: "sale", why: "asked" }));
  given(opened({ ...saleOpened.data, endsAt: 900 }))
    .when(modes.release as never, { room: "sale" })
    .emits(released({ room: "sale", why: "time" }));
});

test("new numbers keep what they do not name, and are taken back", () => {
  const changed = numbersChanged({
    ...{ room: "sale", activeMax: 100, newPerMinute: 0, reason: "the database is down" },
    ...{ before: { activeMax: 100, newPerMinute: 50 }, isConfigured: false },
  });
  given()
    .when(modes.setNumbers as never, { room: "sale", newPerMinute: 0, reason: changed.data.reason })
    .emits(changed);
  given(changed)
    .when(modes.resetNumbers as never, { room: "sale" })
    .emits(numbersReset({ room: "sale", why: "asked" }));
  given()
    .when(modes.resetNumbers as never, { room: "sale" })
    .changesNothing();
});

test("places are hosts with paths, and the id of a gateway route is one", () => {
  const places = (...routes: string[]) => {
    const { rooms } = Config.parse({ rooms: { sale: { ...room, routes } } });
    return pictureOf("sale", rooms["sale"] as never, "/srv").places;
  };
  expect(places("*/", "/cart", "A.example,*.b.example/x")).toEqual([
    { hosts: [], pathPrefix: "/" },
    { hosts: [], pathPrefix: "/cart" },
    { hosts: ["a.example", "*.b.example"], pathPrefix: "/x" },
  ]);
  for (const wrong of ["cart", "a b/x", "https://a.example/x"])
    expect(Config.safeParse({ rooms: { sale: { ...room, routes: [wrong] } } }).success).toBe(false);
});

test("settings that would let nobody in, or keep no place, are mistakes", () => {
  for (const wrong of [
    { newPerMinute: 2, window: "10s" },
    { window: "2m" },
    { poll: "100ms" },
    { poll: "2m" },
    { session: "10ms" },
    { status: 418 },
    { page: { accent: "red;}" } },
    { page: { logo: "javascript:alert(1)" } },
  ])
    expect([wrong, Config.safeParse({ rooms: { sale: { ...room, ...wrong } } }).success]).toEqual([
      wrong,
      false,
    ]);
});
