import { expect, test } from "bun:test";
import { servicesAt } from "./places.ts";

const routes = [
  { hosts: ["shop.example"], path: "/checkout", service: "till" },
  { hosts: ["shop.example"], path: "/", service: "shop" },
  { hosts: ["*"], path: "/blog", service: "blog" },
];

test("a place belongs to the services that its visitors reach", () => {
  expect(servicesAt(["/checkout"], routes)).toEqual(["till"]);
  expect(servicesAt(["shop.example/checkout/pay"], routes)).toEqual(["till"]);
  expect(servicesAt(["shop.example/"], routes)).toEqual(["shop", "till", "blog"]);
  expect(servicesAt(["other.example/blog"], routes)).toEqual(["blog"]);
  expect(servicesAt(["other.example/"], routes)).toEqual(["blog"]);
  expect(servicesAt(["shop.example/checkouts"], routes)).toEqual(["shop"]);
  expect(servicesAt(["/"], [])).toEqual([]);
});
