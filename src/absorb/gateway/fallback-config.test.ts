import { expect, test } from "bun:test";
import { checkRoutes } from "./check-routes.ts";
import { Config, gatewaySnapshotOf } from "./route.ts";

const configured = (route: Record<string, unknown>) =>
  Config.parse({ pages: { folder: "pages" }, routes: [{ service: "shop", ...route }] });
const mistakes = (route: Record<string, unknown>): string[] =>
  checkRoutes({
    gateway: configured(route),
    catalog: { services: { shop: {}, spare: {} } },
  }).map(({ what }) => what);
const target = (service: string) => ({ service, instances: [] });

test("a fallback is a service that is there, and another one", () => {
  expect(mistakes({ fallback: { service: "spare" } })).toEqual([]);
  expect(mistakes({ fallback: { service: "shop" } })).toEqual([
    '"shop" cannot stand in for itself',
  ]);
  expect(mistakes({ fallback: { service: "nobody" } })).toEqual(['there is no service "nobody"']);
  expect(
    Config.safeParse({ routes: [{ fallback: { service: "a", on: ["always"] } }] }).success,
  ).toBe(false);
});

test("workers get folders as they are seen from the configuration, and a fallback once it is there", () => {
  const config = configured({ fallback: { service: "spare" }, pages: { folder: "/srv/own" } });
  const of = { folder: "/etc/castor" };
  const whole = gatewaySnapshotOf(config, [target("shop"), target("spare")], of);
  expect(whole.pages).toEqual({ folder: "/etc/castor/pages", replace: false });
  expect(whole.routes?.[0]).toMatchObject({
    fallback: { service: "spare" },
    pages: { folder: "/srv/own" },
  });
  expect(gatewaySnapshotOf(config, [target("shop")], of).routes?.[0]?.fallback).toBeUndefined();
});
