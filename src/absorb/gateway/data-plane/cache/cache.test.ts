import { expect, test } from "bun:test";
import type { Purge } from "../../../cache/contract.ts";
import { dial, until } from "../world.testing.ts";
import {
  asks,
  bodyOf,
  cacheWorld,
  changing,
  closing,
  origin,
  page,
  picture,
  rule,
  short,
  statusOf,
} from "./cache.testing.ts";

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
  expect(w.tally.of("cache.answers", { route: "all", how: "hit" })).toBe(1);
});

test("two hundred visitors on one cold page are one request at the origin", async () => {
  using shop = origin(() => {});
  using w = cacheWorld(shop);
  const all = asks(w, 200);
  await until(() => shop.asked.length > 0 && w.plane.clients.size === 200, "the crowd");
  shop.asked[0]?.wire.send(page("hello"));
  expect((await all).filter((each) => bodyOf(each) === "hello")).toHaveLength(200);
  expect(shop.asked).toHaveLength(1);
});

test("who asks first and is in a hurry leaves with nothing, and takes nobody along", async () => {
  using shop = origin(() => {});
  using w = cacheWorld(shop);
  const hurried = w.ask(closing("/", "X-Envoy-Expected-Rq-Timeout-Ms: 150\r\n"));
  await until(() => shop.asked.length > 0, "the fetch");
  const others = asks(w, 3);
  await until(() => w.plane.clients.size === 4, "the others");
  expect(await hurried).toContain("Castor-Reason: gateway.out-of-time");
  shop.asked[0]?.wire.send(page("hello"));
  expect((await others).map(bodyOf)).toEqual(["hello", "hello", "hello"]);
  expect(shop.asked).toHaveLength(1);
  const alone = await w.ask(closing("/slow", "X-Envoy-Expected-Rq-Timeout-Ms: 50\r\n"));
  expect(alone).toContain("Castor-Reason: gateway.out-of-time");
  await until(() => w.cache.airborne.size === 0, "nobody to fetch for");
});

test("a crowd on an expired page is one validation", async () => {
  using shop = changing(page("hello", short));
  using w = cacheWorld(shop);
  await w.ask(closing("/"));
  w.at(5_000);
  shop.says('HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=60\r\nETag: "v1"\r\n\r\n');
  const all = await asks(w, 50);
  expect(all.filter((each) => bodyOf(each) === "hello")).toHaveLength(50);
  expect(shop.asked).toHaveLength(2);
  expect(shop.asked[1]?.text).toContain('If-None-Match: "v1"\r\n');
  w.at(60_000);
  await w.ask(closing("/"));
  expect(shop.asked).toHaveLength(2);
});

test("visitors of a page that cannot be shared are let go as soon as its head says so", async () => {
  using shop = origin(({ wire, count }) => {
    // The first answer's body stays away; whoever waited for it would wait for ever.
    if (count === 1) {
      wire.send("HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 5\r\n\r\nhe");
    } else wire.send(page("other", "Cache-Control: no-store\r\n"));
  });
  using w = cacheWorld(shop);
  const first = await w.dial();
  first.send(closing("/"));
  const rest = asks(w, 20);
  expect((await rest).filter((each) => bodyOf(each) === "other")).toHaveLength(20);
  expect(shop.asked).toHaveLength(21);
  await first.says("\r\n\r\nhe");
  shop.asked[0]?.wire.send("ll!");
  expect(bodyOf(await first.over())).toBe("hell!");
  // From now on nobody waits for somebody else's copy.
  await asks(w, 5);
  expect(shop.asked).toHaveLength(26);
});

test("an answer for one visitor never reaches another, also when that one has left", async () => {
  using shop = origin(() => {});
  using w = cacheWorld(shop);
  const first = await w.dial();
  first.send(closing("/", "Cookie: session=alice\r\n"));
  await until(() => shop.asked.length === 1, "alice's request");
  const second = w.ask(closing("/", "Cookie: session=bob\r\n"));
  await until(() => w.plane.clients.size === 2, "bob");
  first.hangUp();
  await until(() => w.plane.clients.size === 1, "alice's leaving");
  shop.asked[0]?.wire.send(page("alice's", "Cache-Control: private\r\n"));
  await until(() => shop.asked.length === 2, "bob's own request");
  expect(shop.asked[1]?.text).toContain("session=bob");
  shop.asked[1]?.wire.send(page("bob's", "Cache-Control: private\r\n"));
  expect(bodyOf(await second)).toBe("bob's");
});

test("variants are kept apart, and each is fetched once", async () => {
  using shop = origin(({ wire, text }) => {
    const language = /Accept-Language: (\S+)/.exec(text)?.[1] ?? "none";
    wire.send(page(language, "Cache-Control: max-age=60\r\nVary: Accept-Language\r\n"));
  });
  using w = cacheWorld(shop);
  for (const language of ["de", "fr", "de", "fr"]) {
    expect(bodyOf(await w.ask(closing("/", `Accept-Language: ${language}\r\n`)))).toBe(language);
  }
  expect(bodyOf(await w.ask(closing("/")))).toBe("none");
  expect(shop.asked).toHaveLength(3);
});

test("who comes by a link that is marked shares the copy, where the rule says that marks change nothing", async () => {
  using shop = origin(({ wire, path }) => wire.send(page(path)));
  using w = cacheWorld(shop, { rule: { dropQuery: ["utm_*", "fbclid"] } });
  const paths = ["/?a=1&fbclid=x", "/?utm_source=m&a=1", "/?a=1", "/?a=1&fbclid2=x", "/?fbclid=y"];
  const said: string[] = [];
  for (const path of paths) said.push(bodyOf(await w.ask(closing(path))));
  expect(said).toEqual([
    ...Array<string>(3).fill("/?a=1&fbclid=x"),
    "/?a=1&fbclid2=x",
    "/?fbclid=y",
  ]);
  w.cache.purge({
    seq: 1,
    at: w.cache.now(),
    target: { url: "http://shop.example/?a=1" },
    soft: false,
  });
  expect(bodyOf(await w.ask(closing("/?a=1&utm_x=2")))).toBe("/?a=1&utm_x=2");
});

test("a change takes the page out, also one that is being fetched meanwhile", async () => {
  using shop = origin(({ wire, text, count }) => {
    if (text.startsWith("POST")) wire.send(page("done", "Location: /list\r\n", "201 Created"));
    else if (count !== 2) wire.send(page(`page ${count}`));
  });
  using w = cacheWorld(shop);
  await w.ask(closing("/list"));
  const slow = w.ask(closing("/item"));
  await until(() => shop.asked.length === 2, "the slow page");
  expect(statusOf(await w.ask(closing("/item", "", "POST")))).toBe(201);
  shop.asked[1]?.wire.send(page("made before the change"));
  await slow;
  expect(bodyOf(await w.ask(closing("/item")))).toBe("page 4");
  expect(bodyOf(await w.ask(closing("/list")))).toBe("page 5");
});

test("purges by URL, prefix and tag take out what they mean; soft ones leave it for bad times", async () => {
  using shop = changing(page("old", "Cache-Control: max-age=600\r\nSurrogate-Key: a b\r\n"));
  using w = cacheWorld(shop);
  const paths = ["/blog/1", "/blog/2", "/shop"];
  const fill = () => Promise.all(paths.map((path) => w.ask(closing(path))));
  let seq = 0;
  const purge = (target: Purge["target"], soft = false): number =>
    w.cache.purge({ seq: ++seq, at: w.cache.now(), target, soft });
  await fill();
  expect(purge({ url: "http://shop.example/blog/1" })).toBe(1);
  expect(purge({ prefix: "http://shop.example/blog/" })).toBe(1);
  await fill();
  expect(shop.asked).toHaveLength(5);
  expect(purge({ tag: "b" })).toBe(3);
  expect(purge({ tag: "c" })).toBe(0);
  await fill();
  purge({ tag: "a" }, true);
  shop.says(page("boom", "", "500 Internal Server Error"));
  expect(bodyOf(await w.ask(closing("/shop")))).toBe("old");
  shop.says(page("new"));
  w.at(10_000);
  await w.ask(closing("/shop"));
  await until(() => w.cache.airborne.size === 0, "the refresh");
  expect(bodyOf(await w.ask(closing("/shop")))).toBe("new");
});

test("conditions and ranges are answered from the store", async () => {
  using shop = origin(({ wire }) =>
    wire.send(page("0123456789", 'ETag: "v1"\r\nCache-Control: max-age=60\r\n')),
  );
  using w = cacheWorld(shop);
  await w.ask(closing("/"));
  const same = await w.ask(closing("/", 'If-None-Match: "v1"\r\n'));
  expect(statusOf(same)).toBe(304);
  expect(same).toContain('ETag: "v1"\r\n');
  expect(same).not.toContain("Content-Length");
  const part = await w.ask(closing("/", "Range: bytes=2-4\r\n"));
  expect([statusOf(part), bodyOf(part)]).toEqual([206, "234"]);
  expect(part).toContain("Content-Range: bytes 2-4/10\r\n");
  const beyond = await w.ask(closing("/", "Range: bytes=10-\r\n"));
  expect(statusOf(beyond)).toBe(416);
  const head = await w.ask(closing("/", "", "HEAD"));
  expect(head).toContain("Content-Length: 10\r\n");
  expect(bodyOf(head)).toBe("");
  expect(statusOf(await w.ask(closing("/none", "Cache-Control: only-if-cached\r\n")))).toBe(504);
  expect(shop.asked).toHaveLength(1);
});

test("bytes that go out are counted as they go, also where part of a copy is enough", async () => {
  using shop = origin(({ wire }) =>
    wire.send(page("0123456789", 'ETag: "v1"\r\nCache-Control: max-age=60\r\n')),
  );
  using w = cacheWorld(shop);
  const answers = [await w.ask(closing("/"))];
  for (const lines of ["", "Range: bytes=2-4\r\n", 'If-None-Match: "v1"\r\n'])
    answers.push(await w.ask(closing("/", lines)));
  answers.push(await w.ask(closing("/", "", "HEAD")));
  const heard = answers.reduce((sum, answer) => sum + answer.length, 0);
  expect(w.tally.of("gateway.bytes", { service: "shop", direction: "out" })).toBe(heard);
});

test("requests on one connection, pipelined, are answered in order from store and origin", async () => {
  using shop = origin(({ wire, path }) => wire.send(page(path)));
  using w = cacheWorld(shop);
  await w.ask(closing("/a"));
  const wire = await dial(w.port);
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: shop.example\r\n\r\n`;
  wire.send(get("/a") + get("/b") + get("/a") + closing("/b"));
  const answers = await wire.over();
  expect(answers.match(/\r\n\r\n\/./g)?.map((each) => each.at(-1))).toEqual(["a", "b", "a", "b"]);
  expect(shop.asked).toHaveLength(2);
});

test("what no rule covers goes to the origin each time, as it came", async () => {
  using shop = origin(({ wire, path }) => wire.send(page(path)));
  using w = cacheWorld(shop, {
    picture: {
      rules: [{ ...rule, id: "cart", pathPrefix: "/cart", isOn: false }, ...picture.rules],
    },
  });
  for (let i = 0; i < 2; i++) {
    expect(await w.ask(closing("/cart/1", 'If-None-Match: "mine"\r\n'))).not.toContain(
      "Cache-Status",
    );
  }
  expect(shop.asked).toHaveLength(2);
  expect(shop.asked[1]?.text).toContain('If-None-Match: "mine"\r\n');
});

test("who has to say who they are gets the kept page as well, and nobody else does", async () => {
  using shop = origin(({ wire }) => wire.send(page("members", "Cache-Control: s-maxage=60\r\n")));
  const password = "castor"; // Its bcrypt hash stands in the route.
  const hash = await Bun.password.hash(password, { algorithm: "bcrypt", cost: 4 });
  using w = cacheWorld(shop);
  const basicAuth = { realm: "members", users: { me: hash } };
  w.plane.apply({ ...w.snapshot, routes: [{ id: "all", service: "shop", rules: { basicAuth } }] });
  const basic = `Authorization: Basic ${btoa(`me:${password}`)}\r\n`;
  for (let i = 0; i < 3; i++) expect(bodyOf(await w.ask(closing("/", basic)))).toBe("members");
  expect(statusOf(await w.ask(closing("/")))).toBe(401);
  expect(shop.asked).toHaveLength(1);
});
