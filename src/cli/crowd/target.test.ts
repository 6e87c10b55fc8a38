import { describe, expect, test } from "bun:test";
import { chooseTarget, isLoopback, TargetRefused } from "./target.ts";

const names: Record<string, string[]> = {
  localhost: ["::1", "127.0.0.1"],
  "shop.example": ["203.0.113.7"],
  "half.example": ["127.0.0.1", "203.0.113.7"],
};
const resolve = (host: string): Promise<string[]> => Promise.resolve(names[host] ?? []);
const choose = (text: string, owned = false) => chooseTarget(text, owned, resolve);

describe("a crowd goes nowhere but to this machine", () => {
  test("unless its owner says so", async () => {
    await expect(choose("http://shop.example")).rejects.toThrow(TargetRefused);
    expect((await choose("http://shop.example", true)).addresses[0]?.ip).toBe("203.0.113.7");
  });
  test("even when only one of the addresses is elsewhere", () =>
    expect(choose("http://half.example")).rejects.toThrow("203.0.113.7"));
  test("and not to a name without address, nor to what is no web address", async () => {
    await expect(choose("http://nowhere.example")).rejects.toThrow("has no address");
    await expect(choose("ftp://localhost/")).rejects.toThrow("is not an http or https address");
  });
});

test("the addresses that were checked are the ones that are used, under the name that was given", async () =>
  expect(await choose("localhost:8080/a")).toMatchObject({
    addresses: [
      { ip: "127.0.0.1", port: 8080, host: "localhost", tls: false },
      { ip: "::1", port: 8080, host: "localhost", tls: false },
    ],
    loopback: true,
  }));

test("https is spoken on 443, and certificates are verified beyond this machine only", async () => {
  expect((await choose("https://localhost")).addresses[0]).toMatchObject({
    port: 443,
    verifyTls: false,
  });
  expect((await choose("https://shop.example", true)).addresses[0]).toMatchObject({
    tls: true,
    verifyTls: true,
  });
});

test("loopback is what cannot leave the machine", () => {
  for (const ip of ["127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1"]) {
    expect(isLoopback(ip)).toBe(true);
  }
  for (const ip of ["0.0.0.0", "10.0.0.1", "::", "fe80::1", "1127.0.0.1", "203.0.113.127"]) {
    expect(isLoopback(ip)).toBe(false);
  }
});
