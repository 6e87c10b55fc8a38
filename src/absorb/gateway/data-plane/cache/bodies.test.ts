import { expect, test } from "bun:test";
import { until } from "../world.testing.ts";
import { bodyOf, cacheWorld, closing, origin, page } from "./cache.testing.ts";

test("a large page reaches those who wait as it comes, however slow its first visitor is", async () => {
  using shop = origin(() => {});
  using w = cacheWorld(shop);
  const slow = await w.dial();
  slow.send(closing("/"));
  slow.socket?.pause();
  await until(() => shop.asked.length === 1, "the request");
  const wire = await w.dial();
  wire.send(closing("/"));
  await until(() => w.plane.clients.size === 2, "the second visitor");
  shop.asked[0]?.wire.send(
    `HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 900000\r\n\r\n${"a".repeat(400_000)}`,
  );
  await until(() => wire.receivedBytes > 400_000, "the first part");
  shop.asked[0]?.wire.send("b".repeat(500_000));
  expect(bodyOf(await wire.over())).toHaveLength(900_000);
  expect(shop.asked).toHaveLength(1);
});

test("a chunked page is stored whole, and one that is too large goes through to who asked", async () => {
  const chunked = (body: string): string =>
    `HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n` +
    `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  using shop = origin(({ wire, path }) =>
    wire.send(chunked(path === "/" ? "small" : "x".repeat(50_000))),
  );
  using w = cacheWorld(shop, { picture: { objectBytesMax: 10_000 } });
  expect(await w.ask(closing("/"))).toContain("\r\n5\r\nsmall\r\n0\r\n");
  expect(bodyOf(await w.ask(closing("/")))).toBe("small");
  expect(shop.asked).toHaveLength(1);
  for (let i = 0; i < 2; i++) expect(await w.ask(closing("/large"))).toContain("x".repeat(50_000));
  expect(shop.asked).toHaveLength(3);
});

test("a page whose length nobody knows reaches who asked as it is made, and is kept for the others", async () => {
  using shop = origin(({ wire }) =>
    wire.send(
      "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfirs\r\n",
    ),
  );
  using w = cacheWorld(shop);
  const first = await w.dial();
  first.send(closing("/"));
  await first.says("firs");
  const second = w.ask(closing("/"));
  await until(() => w.plane.clients.size === 2, "the second visitor");
  shop.asked[0]?.wire.send("1\r\nt\r\n0\r\n\r\n");
  expect(await first.over()).toEndWith("1\r\nt\r\n0\r\n\r\n");
  expect(bodyOf(await second)).toBe("first");
  expect(shop.asked).toHaveLength(1);
});

test("when such a page breaks off, those who waited ask for themselves, and nothing is kept", async () => {
  const seen = new Set<string>();
  using shop = origin(({ wire, path }) => {
    const head =
      "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n";
    wire.send(seen.has(path) ? page("whole") : `${head}4\r\nfirs\r\n`);
    seen.add(path);
  });
  using w = cacheWorld(shop);
  for (const broken of ["/by-visitor", "/by-origin"]) {
    const first = await w.dial();
    first.send(closing(broken));
    await first.says("firs");
    const second = await w.dial();
    second.send(closing(broken));
    await until(() => w.plane.clients.size === 2, "the second visitor");
    if (broken === "/by-visitor") first.hangUp();
    else shop.asked.at(-1)?.wire.hangUp();
    expect(bodyOf(await second.over())).toBe("whole");
    for (const wire of [first, second]) wire.hangUp();
    await until(() => w.plane.clients.size === 0, "their leaving");
  }
  expect(w.cache.airborne.size).toBe(0);
});

test("a stream of events is passed on and never waited for", async () => {
  using shop = origin(({ wire }) =>
    wire.send(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n8\r\ndata: 1\n\r\n",
    ),
  );
  using w = cacheWorld(shop);
  const wires = [await w.dial(), await w.dial()];
  for (const wire of wires) wire.send(closing("/"));
  for (const wire of wires) await wire.says("data: 1");
  expect(shop.asked).toHaveLength(2);
});
