import { expect, test } from "bun:test";
import { freePort } from "./free-port.testing.ts";
import { machineNet } from "./net.ts";
import { fetchPublic, isPublicAddress, NotPublic, textWithin } from "./public-fetch.ts";

const signal = new AbortController().signal;

test.each([
  ...["127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254"],
  ...["100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"],
  ...["::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "2002:7f00:1::"],
  ...["::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "::127.0.0.1", "no address", ""],
])("%p is not the public network", (address) => expect(isPublicAddress(address)).toBe(false));

test.each(["8.8.8.8", "172.32.0.1", "1.1.1.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"])(
  "%p is",
  (address) => expect(isPublicAddress(address)).toBe(true),
);

/** Names of a small world, and what was asked in it. */
function world(pages: Record<string, () => Response>) {
  const names: Record<string, string[]> = {
    ...{ "good.example": ["93.184.216.34"], "inside.example": ["10.0.0.5"] },
    ...{ "both.example": ["93.184.216.34", "127.0.0.1"], "nobody.example": [] },
  };
  const asked: { url: string; host: string | null; tls: unknown }[] = [];
  return {
    asked,
    resolve: async (host: string) => names[host] ?? [],
    fetch: async (url: string, init?: RequestInit) => {
      const host = new Headers(init?.headers).get("host");
      asked.push({ url, host, tls: (init as { tls?: unknown }).tls });
      return pages[`${host}${new URL(url).pathname}`]?.() ?? new Response("", { status: 404 });
    },
  };
}

test("the address that was looked at is the one that is asked, under the name that was meant", async () => {
  const net = world({ "good.example/list": () => new Response("stories") });
  const answer = await fetchPublic(net, "https://good.example/list?x=1", { signal });
  expect(await answer.text()).toBe("stories");
  expect(net.asked).toEqual([
    {
      ...{ url: "https://93.184.216.34/list?x=1", host: "good.example" },
      tls: { serverName: "good.example" },
    },
  ]);
});

test.each([
  ...[
    "http://127.0.0.1:4600/api/x",
    "http://[::1]/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://127.1/",
  ],
  ...[
    "http://localhost/",
    "http://inside.example/",
    "http://both.example/",
    "http://nobody.example/",
  ],
  ...["http://169.254.169.254/latest/meta-data/", "http://[::ffff:a9fe:a9fe]/"],
])("%p is not asked", async (url) => {
  const net = world({});
  await expect(fetchPublic(net, url, { signal })).rejects.toBeInstanceOf(NotPublic);
  expect(net.asked).toEqual([]);
});

test("a redirect leads no further inside than an address would", async () => {
  const to = (location: string) => () => new Response("", { status: 302, headers: { location } });
  const net = world({
    "good.example/a": to("http://inside.example/secret"),
    "good.example/b": to("file:///etc/passwd"),
    "good.example/c": to("/list"),
    "good.example/list": () => new Response("stories"),
    "good.example/loop": to("/loop"),
  });
  const ask = (path: string) => fetchPublic(net, `http://good.example${path}`, { signal });
  await expect(ask("/a")).rejects.toBeInstanceOf(NotPublic);
  await expect(ask("/b")).rejects.toThrow("plain http or https only");
  await expect(ask("/loop")).rejects.toThrow("redirects");
  expect(await (await ask("/c")).text()).toBe("stories");
  await expect(fetchPublic(net, "http://a:b@good.example/", { signal })).rejects.toThrow("plain");
});

test("where it is allowed, a server of one's own is asked: for real", async () => {
  using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => new Response(`for ${request.headers.get("host")}`),
  });
  const of = { signal, isAllowed: () => true };
  const answer = await fetchPublic(machineNet, `http://localhost:${server.port}/`, of);
  expect(await answer.text()).toBe(`for localhost:${server.port}`);
});

test("where nobody listens at the first address of a name, the next is asked, but none after an answer", async () => {
  using server = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    fetch: ({ url }) => (url.endsWith("/bad") ? new Response("", { status: 500 }) : new Response()),
  });
  const net = { ...machineNet, resolve: async () => ["127.0.0.2", "127.0.0.1", "127.0.0.3"] };
  const of = { signal, isAllowed: () => true };
  const statusOf = async (path: string): Promise<number> =>
    (await fetchPublic(net, `http://name.test:${server.port}/${path}`, of)).status;
  expect(await statusOf("")).toBe(200);
  expect(await statusOf("bad")).toBe(500);
  const nobody = `http://name.test:${freePort()}/`;
  await expect(fetchPublic(net, nobody, of)).rejects.toThrow();
});

test("a text is read as far as it may be long, also when it was packed small", async () => {
  expect(await textWithin(new Response("é".repeat(50)), 100)).toBe("é".repeat(50));
  expect(await textWithin(new Response("x".repeat(101)), 100)).toBeUndefined();
  using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () =>
      new Response(Bun.gzipSync(Buffer.alloc(50_000_000)), {
        headers: { "content-encoding": "gzip" },
      }),
  });
  expect(await textWithin(await fetch(server.url), 1_000_000)).toBeUndefined();
});
