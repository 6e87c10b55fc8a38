import { afterEach, expect, test } from "bun:test";
import type { GatewaySnapshotInput } from "../snapshot.ts";
import {
  answering,
  Backend,
  get,
  ok,
  until,
  type Wire,
  type World,
  world,
} from "../world.testing.ts";
import { Cache } from "../cache/cache.ts";
import { closing, page, picture } from "../cache/cache.testing.ts";
import { CertificateFolder, SecureWire } from "../tls/tls.testing.ts";

type Rules = NonNullable<NonNullable<GatewaySnapshotInput["routes"]>[number]["rules"]>;

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) cleanUp();
});

function ruled(
  rules: Rules,
  of: {
    answer?: string;
    onData?: (wire: Wire) => void;
    snapshot?: Partial<GatewaySnapshotInput>;
  } = {},
): World & { behind: Backend } {
  const behind = new Backend(of.onData ?? answering(of.answer ?? ok("here")));
  const made = world([behind], {
    route: { rules },
    ...(of.snapshot === undefined ? {} : { snapshot: of.snapshot }),
  });
  cleanUps.push(() => {
    made[Symbol.dispose]();
    behind.stop();
  });
  return { ...made, behind };
}
const asking = (path: string, lines = "", host = "shop.example"): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${lines}Connection: close\r\n\r\n`;
const locationOf = (answer: string): string | undefined => /^Location: (.*)\r$/m.exec(answer)?.[1];

test("a redirect keeps path and query, has a reason, and asks no instance", async () => {
  const { ask, behind, tally } = ruled({
    redirect: { to: "https://new.example{path}", status: 301 },
  });
  const answer = await ask(asking("/a/b?c=$&d=1"));
  expect(answer).toStartWith("HTTP/1.1 301 Moved Permanently\r\n");
  expect(locationOf(answer)).toBe("https://new.example/a/b?c=$&d=1");
  expect(answer).toContain("Castor-Reason: gateway.redirect.configured\r\n");
  expect(behind.requestCount).toBe(0);
  expect(tally.of("gateway.refusals", { reason: "gateway.redirect.configured" })).toBe(1);
  const counted = { route: "all", service: "shop", class: "3xx" };
  expect(tally.of("gateway.requests", counted)).toBe(1);
});

test("visitors of another host are sent to the canonical one; its own pass", async () => {
  const { ask } = ruled({ canonicalHost: "www.shop.example" });
  expect(locationOf(await ask(asking("/x?y")))).toBe("http://www.shop.example/x?y");
  const withPort = await ask(asking("/", "", "shop.example:8080"));
  expect(locationOf(withPort)).toBe("http://www.shop.example:8080/");
  expect(await ask(asking("/", "", "WWW.shop.example:8080"))).toEndWith("here");
});

test("plain HTTP is sent to HTTPS in one step, with host, path and a port that is not the usual one", async () => {
  const to = (redirectPort: number, rules: Rules = {}) =>
    ruled(rules, { snapshot: { tls: { redirectPort }, trustedProxies: ["127.0.0.1"] } });
  const usual = await to(443).ask(asking("/a?b", "", "shop.example:8080"));
  expect(usual).toStartWith("HTTP/1.1 308 ");
  expect(locationOf(usual)).toBe("https://shop.example/a?b");
  expect(locationOf(await to(8443).ask(asking("/")))).toBe("https://shop.example:8443/");
  const canonical = to(443, { canonicalHost: "www.shop.example" });
  expect(locationOf(await canonical.ask(asking("/")))).toBe("https://www.shop.example/");
  const proxied = asking("/", "X-Forwarded-Proto: https\r\n");
  expect(await to(443).ask(proxied)).toEndWith("here");
});

test("nobody but a trusted proxy is believed that they came over HTTPS", async () => {
  const { ask } = ruled({}, { snapshot: { tls: { redirectPort: 443 } } });
  expect(await ask(asking("/", "X-Forwarded-Proto: https\r\n"))).toStartWith("HTTP/1.1 308 ");
});

test("only who is on the list comes in; behind a trusted proxy it is whom the proxy speaks for", async () => {
  const outside = ruled({ allow: ["10.0.0.0/8", "2001:db8::/32"] });
  const refused = await outside.ask(asking("/"));
  expect(refused).toStartWith("HTTP/1.1 403 ");
  expect(refused).toContain("Castor-Reason: gateway.address-not-allowed\r\n");
  const claimed = asking("/", "X-Forwarded-For: 10.1.2.3\r\n");
  expect(await outside.ask(claimed)).toStartWith("HTTP/1.1 403 ");
  expect(outside.behind.requestCount).toBe(0);
  const proxied = ruled({ allow: ["10.0.0.0/8"] }, { snapshot: { trustedProxies: ["127.0.0.1"] } });
  expect(await proxied.ask(claimed)).toEndWith("here");
  expect(await ruled({ allow: ["127.0.0.1/32"] }).ask(asking("/"))).toEndWith("here");
});

test("fields of requests and responses are set, removed and replaced, and the rest passes as it came", async () => {
  const { ask, behind } = ruled(
    {
      request: { set: { Host: "inner.example", "X-New": "1" }, remove: ["x-secret"] },
      response: { set: { Server: "ours" }, remove: ["X-Powered-By"] },
    },
    { answer: ok("here", "server: theirs\r\nx-powered-by: x\r\nX-Kept: \xe4\r\n") },
  );
  const answer = await ask(asking("/", "X-Secret: s\r\nX-SECRET: t\r\nX-Kept:  two \r\n"));
  expect(behind.text).toStartWith("GET / HTTP/1.1\r\nX-Kept:  two \r\n");
  expect(behind.text.match(/^host: .*$/gim)).toEqual(["Host: inner.example"]);
  expect(behind.text).toContain("X-New: 1\r\n");
  expect(behind.text.toLowerCase()).not.toContain("x-secret");
  expect(answer).toStartWith("HTTP/1.1 200 OK\r\nX-Kept: \xe4\r\n");
  expect(answer.match(/^server: .*$/gim)).toEqual(["Server: ours"]);
  expect(answer.toLowerCase()).not.toContain("x-powered-by");
  expect(answer).toEndWith("\r\n\r\nhere");
});

test("a default is added only where the instance says nothing of it", async () => {
  const byDefault = { "X-Frame-Options": "SAMEORIGIN", "Referrer-Policy": "no-referrer" };
  const { ask } = ruled(
    { response: { byDefault } },
    { answer: ok("here", "x-frame-options: DENY\r\n") },
  );
  const answer = await ask(asking("/"));
  expect(answer.match(/^x-frame-options: .*$/gim)).toEqual(["x-frame-options: DENY"]);
  expect(answer).toContain("Referrer-Policy: no-referrer\r\n");
});

test("a body that comes with a changed head comes whole", async () => {
  const { ask } = ruled(
    { request: { set: { "X-Long": "y".repeat(5_000) } }, response: { remove: ["x-gone"] } },
    { answer: ok("z".repeat(400_000), "X-Gone: 1\r\n") },
  );
  const answer = await ask(asking("/"));
  expect(answer.slice(answer.indexOf("\r\n\r\n") + 4)).toBe("z".repeat(400_000));
});

const hash = await Bun.password.hash("open sesame: ä", { algorithm: "bcrypt", cost: 4 });
const guarded: Rules = { basicAuth: { realm: "Staging", users: { ann: hash } } };
const as = (name: string, password: string): string =>
  `Authorization: Basic ${Buffer.from(`${name}:${password}`).toString("base64")}\r\n`;

test("whoever does not say who they are is asked; name and password open, and stay here", async () => {
  const { ask, behind } = ruled(guarded);
  const asked = await ask(asking("/"));
  expect(asked).toStartWith("HTTP/1.1 401 ");
  expect(asked).toContain('WWW-Authenticate: Basic realm="Staging", charset="UTF-8"\r\n');
  expect(asked).toContain("Castor-Reason: gateway.sign-in-needed\r\n");
  for (const lines of [
    as("ann", "open sesame"),
    as("bob", "open sesame: ä"),
    as("ann", ""),
    "Authorization: Basic %%%\r\n",
    `${as("ann", "open sesame: ä")}${as("ann", "open sesame: ä")}`,
  ])
    expect(await ask(asking("/", lines))).toStartWith("HTTP/1.1 401 ");
  expect(behind.requestCount).toBe(0);
  for (let again = 0; again < 2; again++)
    expect(await ask(asking("/", as("ann", "open sesame: ä")))).toEndWith("here");
  expect(behind.text.toLowerCase()).not.toContain("authorization");
});

test("a body waits until it is known who sends it", async () => {
  const body = "b".repeat(200_000);
  const onData = (wire: Wire): void => {
    if (wire.text.endsWith(body)) wire.send(ok("here"));
  };
  const { ask } = ruled(guarded, { onData });
  const post = `POST / HTTP/1.1\r\nHost: a\r\n${as("ann", "open sesame: ä")}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  expect(await ask(post)).toEndWith("here");
});

test("many wrong passwords at once are turned away without being computed", async () => {
  const { dial, tally } = ruled(guarded);
  const wires = await Promise.all(Array.from({ length: 100 }, () => dial()));
  for (const [i, wire] of wires.entries()) wire.send(asking("/", as("ann", `wrong ${i}`)));
  await Promise.all(wires.map((wire) => wire.over()));
  const refused = (reason: string) => tally.of("gateway.refusals", { reason });
  expect(refused("gateway.sign-in-busy")).toBeGreaterThan(0);
  expect(refused("gateway.sign-in-busy") + refused("gateway.sign-in-needed")).toBe(100);
});

test("a visitor who leaves while it is being found out costs nothing more", async () => {
  // Slow enough to be seen under way.
  const slow = await Bun.password.hash("x", { algorithm: "bcrypt", cost: 12 });
  const { dial, plane, behind } = ruled({ basicAuth: { realm: "a", users: { ann: slow } } });
  const wire = await dial();
  wire.send(get("/", as("ann", "x")));
  await until(() => plane.stats().services[0]?.inFlight === 1, "the request");
  wire.hangUp();
  await until(() => plane.stats().connections === 0, "the end of the connection");
  expect(plane.stats().services[0]?.inFlight).toBe(0);
  expect(behind.requestCount).toBe(0);
});

test("browsers are told over HTTPS, and only there, to come back over HTTPS", async () => {
  const files = new CertificateFolder();
  cleanUps.push(() => files[Symbol.dispose]());
  const tls = { certificates: [files.put("one", "one.example")], hstsSeconds: 600 };
  const listeners = [
    { host: "127.0.0.1", port: 0 },
    { host: "127.0.0.1", port: 0, tls: true },
  ];
  const { ask, plane } = ruled({}, { snapshot: { tls, listeners } });
  expect(await ask(asking("/"))).not.toContain("Strict-Transport-Security");
  const wire = await new SecureWire(plane.ports()[1] ?? 0, {}).open();
  const answer = await wire.send(asking("/")).over();
  expect(answer).toContain("Strict-Transport-Security: max-age=600\r\n");
});

test("what is kept in the cache is shown by the same rules", async () => {
  const answer = page("kept", "Cache-Control: public, max-age=60\r\nServer: theirs\r\n");
  const { ask, plane, snapshot, behind } = ruled({}, { answer });
  plane.cache = new Cache(plane, picture);
  await ask(closing("/"));
  const followed = (rules: Rules): void => {
    plane.apply({ ...snapshot, routes: [{ id: "all", service: "shop", rules }] });
  };
  followed({ response: { set: { Server: "ours" }, byDefault: { "X-A": "b" } } });
  const hit = await ask(closing("/"));
  expect(hit).toContain("Cache-Status: Castor; hit");
  expect(hit.match(/^server: .*$/gim)).toEqual(["Server: ours"]);
  expect(hit).toContain("X-A: b\r\n");
  expect(hit).toEndWith("\r\n\r\nkept");
  followed(guarded);
  const unknown = await ask(closing("/"));
  expect(unknown).toStartWith("HTTP/1.1 401 ");
  expect(unknown).not.toContain("kept");
  expect(await ask(closing("/", as("ann", "open sesame: ä")))).toEndWith("kept");
  followed({ allow: ["10.0.0.0/8"] });
  expect(await ask(closing("/"))).toStartWith("HTTP/1.1 403 ");
  expect(behind.requestCount).toBe(1);
});
