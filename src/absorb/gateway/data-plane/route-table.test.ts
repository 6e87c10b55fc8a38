import { describe, expect, test } from "bun:test";
import { compile, plainHost } from "./route-table.ts";
import { GatewaySnapshot, type GatewaySnapshotInput } from "./snapshot.ts";
import { TrustedProxies } from "./trusted.ts";

type RouteInput = NonNullable<GatewaySnapshotInput["routes"]>[number];
const table = (...routes: Omit<RouteInput, "service">[]) =>
  compile(
    GatewaySnapshot.parse({
      routes: routes.map((route) => ({ ...route, service: "s" })),
      services: [{ id: "s", instances: [] }],
    }),
  );

test("the first route that fits takes the request", () => {
  const routes = table(
    { id: "api", hosts: ["shop.example"], pathPrefix: "/api" },
    { id: "shop", hosts: ["Shop.Example"] },
    { id: "any-sub", hosts: ["*.example"] },
    { id: "rest" },
  );
  const found = (host: string, target: string) => routes.find(host, target)?.id;
  expect(found("shop.example", "/api/x")).toBe("api");
  expect(found("shop.example", "/api?x")).toBe("api");
  expect(found("shop.example", "/apis")).toBe("shop");
  expect(found("SHOP.example.:8080", "/")).toBe("shop");
  expect(found("a.b.example", "/")).toBe("any-sub");
  expect(found("example", "/")).toBe("rest");
  expect(found("[::1]:80", "/")).toBe("rest");
});

test("hosts that take turns keep their own routes", () => {
  const routes = table({ id: "a", hosts: ["a.example"] }, { id: "b", hosts: ["b.example"] });
  const bytes = Buffer.from("a.example b.example x.example a.examples");
  const at = (from: number, to: number) => routes.ofHostBytes(bytes, from, to)[0]?.lane.id;
  for (let turn = 0; turn < 2; turn++) {
    expect([at(0, 9), at(0, 9), at(10, 19), at(20, 29), at(30, 39), at(30, 40)]).toEqual([
      "a",
      "a",
      "b",
      undefined,
      "a",
      undefined,
    ]);
  }
});

test("a prefix that ends with a slash covers what is below it only", () => {
  const routes = table({ id: "below", pathPrefix: "/a/" });
  expect(routes.find("x", "/a/b")?.id).toBe("below");
  expect(routes.find("x", "/a")).toBeUndefined();
});

test("a path is judged as it will be forwarded, not as someone might clean it", () => {
  const routes = table({ id: "admin", pathPrefix: "/admin" });
  expect(routes.find("x", "/public/../admin")).toBeUndefined();
  expect(routes.find("x", "/%61dmin")).toBeUndefined();
});

test("a route to a service that is not there is a mistake of the snapshot", () => {
  const parsed = GatewaySnapshot.safeParse({ routes: [{ id: "r", service: "x" }] });
  expect(parsed.error?.issues[0]?.message).toBe(
    "Route r leads to x, which is not among the services",
  );
});

test("host names fold", () => {
  expect(plainHost("A.Example.:80")).toBe("a.example");
  expect(plainHost("[2001:DB8::1]:80")).toBe("[2001:db8::1]");
});

test("trusted proxies are addresses and ranges of both families", () => {
  const trusted = new TrustedProxies(["10.0.0.0/8", "192.0.2.7", "2001:db8::/32"]);
  for (const address of ["10.1.2.3", "192.0.2.7", "2001:db8:1::9"])
    expect(trusted.has(address)).toBe(true);
  for (const address of ["11.0.0.1", "192.0.2.8", "2001:db9::1", "nonsense"])
    expect(trusted.has(address)).toBe(false);
  expect(trusted.visitorOf("6.6.6.6, 7.7.7.7, 10.0.0.2", "10.0.0.1")).toBe("7.7.7.7");
  expect(trusted.visitorOf("", "10.0.0.1")).toBe("10.0.0.1");
});

describe("a path that some server reads as another route's goes nowhere", () => {
  const routes = table({ id: "admin", pathPrefix: "/admin" }, { id: "rest" });
  for (const path of [
    "/public/../admin",
    "/%61dmin",
    "//admin",
    "/x/%2e%2e/admin",
    "/.%2e/admin/users",
    "/\\admin",
    "/x\\..\\admin",
    "/admin;x=1",
    "/admin/../x",
    "/./admin",
  ])
    test(path, () => expect(routes.find("shop.example", path)).toBeUndefined());

  for (const [path, route] of [
    ["/a%20b", "rest"],
    ["/admin/%41%2Fb", "admin"],
    ["/x//y/../z", "rest"],
    ["/files/.well-known", "rest"],
    ["/admin/?next=/../x", "admin"],
    ["/x?to=//admin", "rest"],
  ] as const)
    test(`${path} is read alike`, () => expect(routes.find("shop.example", path)?.id).toBe(route));
});
