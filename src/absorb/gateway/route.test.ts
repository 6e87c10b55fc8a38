import { expect, test } from "bun:test";
import { GatewaySnapshot } from "./data-plane/snapshot.ts";
import { checkRoutes } from "./check-routes.ts";
import { Config, gatewaySnapshotOf, listenerNames, listeners, routesOf } from "./route.ts";

const shop = {
  service: "shop",
  instances: [{ id: "shop-1", host: "127.0.0.1", port: 3000, healthy: true, running: true }],
};
const pictureOf = (config: unknown, targets = [shop]) =>
  GatewaySnapshot.parse(gatewaySnapshotOf(Config.parse(config), targets));

test("with one service and no routes, it gets everything", () => {
  expect(routesOf(Config.parse({}), ["shop"]).map(({ path, service }) => [path, service])).toEqual([
    ["/", "shop"],
  ]);
  expect(routesOf(Config.parse({}), ["shop", "blog"])).toEqual([]);
});

test("the picture says everything a worker needs, in milliseconds and bytes", () => {
  const {
    routes,
    services,
    listeners: doors,
  } = pictureOf({
    listen: [":8080", "[::1]:8081"],
    routes: [
      {
        host: "Shop.Example",
        path: "/api",
        service: "shop",
        timeouts: { response: "5s" },
        bodyMax: "1MB",
      },
    ],
  });
  expect(doors).toEqual([
    { host: "0.0.0.0", port: 8080, tls: false },
    { host: "::1", port: 8081, tls: false },
  ]);
  expect(routes[0]).toMatchObject({
    id: "Shop.Example/api",
    hosts: ["shop.example"],
    pathPrefix: "/api",
    timeouts: { connectMs: 2000, responseHeaderMs: 5000 },
    limits: { bodyBytesMax: 1_048_576 },
  });
  expect(services[0]?.instances).toEqual(shop.instances);
});

test("a route to a service that is not there yet is left out of the picture instead of breaking it", () => {
  const { routes } = pictureOf({
    routes: [{ service: "shop" }, { path: "/blog", service: "blog" }],
  });
  expect(routes.map(({ service }) => service)).toEqual(["shop"]);
});

test("in the file, a route to an unknown service is a mistake with its place and a way out", () => {
  const gateway = Config.parse({ routes: [{ service: "shop" }, { service: "shpo" }] });
  const [mistake, ...others] = checkRoutes({ gateway, catalog: { services: { shop: {} } } });
  expect(others).toEqual([]);
  expect(mistake).toMatchObject({
    path: ["gateway", "routes", 1, "service"],
    what: 'there is no service "shpo"',
  });
  expect(mistake?.fix).toContain("shop");
});

test("addresses are read as people write them, and wrong ones are refused", () => {
  expect(listeners(Config.parse({ listen: "127.0.0.1:0" }))).toEqual([
    { host: "127.0.0.1", port: 0 },
  ]);
  expect(listenerNames(Config.parse({ listen: "[::1]:8080" }))).toEqual(["[::1]:8080"]);
  for (const listen of ["8080", "localhost", "127.0.0.1:99999", []])
    expect(Config.safeParse({ listen }).success).toBe(false);
});

test("balancers that say whom they speak for must be named", () => {
  const doors = [":8080", { address: ":8081", proxyProtocol: { from: ["10.0.0.0/8"] } }];
  const trusting = Config.parse({
    listen: [...doors, { address: ":8082", proxyProtocol: true }],
    trustedProxies: ["192.0.2.1"],
  });
  expect(listeners(trusting).map(({ proxyProtocolFrom }) => proxyProtocolFrom)).toEqual([
    undefined,
    ["10.0.0.0/8"],
    ["192.0.2.1"],
  ]);
  expect(checkRoutes({ gateway: trusting })).toEqual([]);
  const bare = Config.parse({ listen: { address: ":8080", proxyProtocol: true } });
  expect(checkRoutes({ gateway: bare }).map(({ path }) => path)).toEqual([["gateway", "listen"]]);
  expect(Config.safeParse({ listen: { address: ":1", proxyProtocol: { from: [] } } }).success).toBe(
    false,
  );
});

test("HTTP/2 is spoken over TLS unless told otherwise, and without TLS only where told", () => {
  expect(pictureOf({}).http2).toEqual({ overTls: true, plain: false, streamsMax: 128 });
  const http2 = { enabled: false, plain: true, streams: 7 };
  expect(pictureOf({ http2 }).http2).toEqual({ overTls: false, plain: true, streamsMax: 7 });
  expect(Config.safeParse({ http2: { streams: 0 } }).success).toBeFalse();
});
