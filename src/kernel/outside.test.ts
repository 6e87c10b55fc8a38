import { expect, test } from "bun:test";
import { askOutside, isOutside, NotOutside } from "./outside.ts";

const inside = [
  ...["127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255"],
  ...["192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255"],
  ...["::1", "::", "fe80::1", "fc00::1", "fd12::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8"],
  ...["64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "ff02::1", "not an address", ""],
];
const outside = ["1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "2606:4700::1111"];

test("addresses of networks of one's own are told from those of the internet", () => {
  for (const each of inside) expect(`${each} ${isOutside(each)}`).toBe(`${each} false`);
  for (const each of outside) expect(`${each} ${isOutside(each)}`).toBe(`${each} true`);
});

test("a name is asked at the address that was looked at, and refused when any of its addresses is inside", async () => {
  const asked: [string, RequestInit | undefined][] = [];
  const net = {
    fetch: (url: string, init?: RequestInit) => {
      asked.push([url, init]);
      return Promise.resolve(new Response("ok"));
    },
  };
  const names: Record<string, string[]> = {
    "hooks.example": ["1.1.1.1"],
    "two.example": ["1.1.1.1", "127.0.0.1"],
    "none.example": [],
  };
  const ask = askOutside(net, (host) => Promise.resolve(names[host] ?? []));
  await ask("https://hooks.example:8443/in?a=1", { headers: { accept: "x" } });
  expect(asked).toEqual([
    [
      "https://1.1.1.1:8443/in?a=1",
      expect.objectContaining({
        ...{ headers: { accept: "x", host: "hooks.example:8443" }, redirect: "manual" },
        tls: { serverName: "hooks.example" },
      }),
    ],
  ]);
  for (const url of [
    ...["https://two.example/", "https://none.example/", "http://127.0.0.1/", "http://[::1]/"],
    // Other ways to write 127.0.0.1 become it when the address is read.
    ...["http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/"],
  ])
    await expect(ask(url)).rejects.toThrow(NotOutside);
  expect(asked).toHaveLength(1);
});
