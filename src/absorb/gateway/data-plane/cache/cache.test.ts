import { expect, test } from "bun:test";
import { until } from "../world.testing.ts";
import { cacheWorld, closing, origin, page } from "./cache.testing.ts";

const statusOf = (answer: string): number => Number(answer.split(" ")[1]);
const bodyOf = (answer: string): string => answer.split("\r\n\r\n")[1] ?? "";

test("the origin is asked once for what stays fresh", async () => {
  using shop = origin(({ wire }) => wire.send(page("hello")));
  using w = cacheWorld(shop);
  expect(bodyOf(await w.ask(closing("/")))).toBe("hello");
  w.at(30_000);
  const again = await w.ask(closing("/"));
  expect(bodyOf(again)).toBe("hello");
  expect(again).toContain("\r\nAge: 30\r\n");
  expect(again).toContain("\r\nCache-Status: Castor; hit; ttl=30\r\n");
  expect(shop.asked).toHaveLength(1);
  w.at(60_000);
  await w.ask(closing("/"));
  expect(shop.asked).toHaveLength(2);
});
