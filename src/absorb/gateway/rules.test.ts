import { expect, test } from "bun:test";
import { checkRoutes } from "./check-routes.ts";
import { Config, gatewaySnapshotOf, listenerNames } from "./route.ts";

const target = { service: "shop", instances: [] };
const pictureOf = (config: unknown) =>
  gatewaySnapshotOf(Config.parse(config), [target], { folder: "/srv" });
const rulesOf = (route: object) =>
  pictureOf({ routes: [{ service: "shop", ...route }] }).routes?.[0]?.rules;
const mistakesOf = (...routes: object[]) =>
  checkRoutes({
    gateway: Config.parse({ routes }),
    catalog: { services: { shop: {} } },
  }).map(({ what }) => what);
const accepts = (route: object): boolean =>
  Config.safeParse({ routes: [{ service: "shop", ...route }] }).success;

test("HTTPS is where it was asked for, with files seen from the configuration and plain HTTP sent there", () => {
  const tls = {
    listen: [":443", "[::1]:8443"],
    certificates: [
      { cert: "tls/shop.crt", key: "/etc/shop.key" },
      { cert: "b.crt", key: "b.key", hosts: ["*.b.example"] },
    ],
    hsts: "7d",
  };
  const picture = pictureOf({ listen: ":80", tls });
  expect(picture.listeners).toEqual([
    { host: "0.0.0.0", port: 80 },
    { host: "0.0.0.0", port: 443, tls: true },
    { host: "::1", port: 8443, tls: true },
  ]);
  expect(picture.tls).toEqual({
    certificates: [
      { cert: "/srv/tls/shop.crt", key: "/etc/shop.key", hosts: [] },
      { cert: "/srv/b.crt", key: "/srv/b.key", hosts: ["*.b.example"] },
    ],
    redirectPort: 443,
    hstsSeconds: 604_800,
  });
  expect(listenerNames(Config.parse({ listen: ":80", tls }))).toEqual([
    ...["0.0.0.0:80", "https://0.0.0.0:443", "https://[::1]:8443"],
  ]);
  expect(pictureOf({ tls: { ...tls, redirect: false } }).tls?.redirectPort).toBeUndefined();
  expect(pictureOf({ tls: { ...tls, publicPort: 444 } }).tls?.redirectPort).toBe(444);
  const whole = (certificates: unknown) =>
    checkRoutes({ gateway: Config.parse({ tls: {} }), certificates }).map(({ what }) => what);
  expect(whole({})).toEqual(["there is no certificate to show"]);
  expect(whole({ acme: {} })).toEqual([]);
});

test("a route that only sends visitors elsewhere needs no service; one that leads nowhere is a mistake", () => {
  const redirect = { to: "https://new.example{path}" };
  const picture = pictureOf({ routes: [{ host: "old.example", redirect }, { service: "shop" }] });
  const [first] = picture.routes ?? [];
  expect(first?.rules?.redirect).toEqual({ ...redirect, status: 308 });
  expect(picture.services?.map(({ id }) => id)).toEqual(["shop", first?.service ?? ""]);
  expect(mistakesOf({ redirect })).toEqual([]);
  expect(mistakesOf({})).toEqual(["this route leads nowhere"]);
  expect(mistakesOf({ service: "blog", redirect })).toEqual(['there is no service "blog"']);
  expect(mistakesOf({ service: "shop", canonicalHost: "*.a" })).toEqual(['"*.a" is not one host']);
});

test("a redirect leads to an address, and nothing can be smuggled into it", () => {
  for (const to of ["/new", "/new{path}", "https://a.example", "http://a.example:81/x{path}"])
    expect(accepts({ redirect: { to } })).toBeTrue();
  for (const to of ["new", "ftp://a", "https://", "/a b", "/a\r\nSet-Cookie: x", "https://{path}"])
    expect(accepts({ redirect: { to } })).toBeFalse();
  expect(accepts({ redirect: { to: "/a", status: 200 } })).toBeFalse();
});

test("headers are names and values of one line, and never those that frame a message", () => {
  const sets = (name: string, value = "x"): boolean =>
    accepts({ headers: { response: { set: { [name]: value } } } });
  expect(sets("X-Frame-Options", "DENY")).toBeTrue();
  for (const name of ["Content-Length", "transfer-encoding", "Connection", "a b", "a:", ""])
    expect(sets(name)).toBeFalse();
  expect(sets("X-A", "one\r\nX-B: two")).toBeFalse();
  expect(accepts({ headers: { request: { remove: ["content-length"] } } })).toBeFalse();
});

test("security headers have defaults, and each can be changed or left out", () => {
  expect(rulesOf({})?.response?.byDefault).toEqual({});
  expect(rulesOf({ securityHeaders: true })?.response?.byDefault).toEqual({
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
  });
  const changed = { frameOptions: "DENY", referrerPolicy: false, openerPolicy: false };
  expect(rulesOf({ securityHeaders: changed })?.response?.byDefault).toEqual({
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
  });
});

test("addresses that may come in are addresses or ranges", () => {
  const allow = ["10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "::1"];
  expect(rulesOf({ allow })?.allow).toEqual([
    ...["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32", "::1/128"],
  ]);
  for (const wrong of [
    "10.0.0/8",
    "10.0.0.0/33",
    "::1/129",
    "localhost",
    "10.0.0.0/",
    "1.2.3.4/8/9",
  ])
    expect(accepts({ allow: [wrong] })).toBeFalse();
});

test("a password stands in the configuration as its hash only", async () => {
  const users = { ann: await Bun.password.hash("x", { algorithm: "bcrypt", cost: 4 }) };
  expect(rulesOf({ basicAuth: { users } })?.basicAuth).toEqual({ realm: "Restricted", users });
  expect(accepts({ basicAuth: { users: { ann: "secret" } } })).toBeFalse();
  expect(accepts({ basicAuth: { users: {} } })).toBeFalse();
  expect(accepts({ basicAuth: { users, realm: 'a"b' } })).toBeFalse();
});
