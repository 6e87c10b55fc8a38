import { expect, test } from "bun:test";
import { addressOf } from "./address.ts";
import { Config } from "./config.ts";

test("the console stays on loopback unless told otherwise", () => {
  expect(addressOf(Config.parse({}).listen)).toEqual({
    hostname: "127.0.0.1",
    port: 4600,
    url: "http://localhost:4600",
  });
});

test("an address without a host means every interface", () => {
  expect(addressOf(":4700")).toEqual({
    hostname: "0.0.0.0",
    port: 4700,
    url: "http://localhost:4700",
  });
  expect(addressOf("[::1]:4600")).toEqual({
    hostname: "::1",
    port: 4600,
    url: "http://[::1]:4600",
  });
});
