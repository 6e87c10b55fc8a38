import { noNet } from "#kernel/testing";
import { expect, test } from "bun:test";
import { createECDH } from "node:crypto";
import { minuteMs, page, post } from "../world.testing.ts";
import { counts, type Here, open, pathIn, subscribe } from "./subscribers.testing.ts";

test("a webhook says yes by its link, is told signed and once, tried again for a day, and forgotten when it is gone", async () => {
  const hook = "https://hooks.example/in";
  let status = 200;
  const asked: { url: string; headers: Record<string, string>; body: string }[] = [];
  const here = await open({}, (url, init) => {
    asked.push({ url, headers: init.headers as Record<string, string>, body: String(init.body) });
    return new Response(null, { status });
  });
  await using _ = here.castor;
  await here.send("/subscribe", { kind: "webhook", address: hook });
  await here.castor.advance(1_000);
  const answer = await here.send(pathIn(asked[0]?.body ?? "", "confirm").replace(/".*/, ""), {});
  const secret = /whsec_[\w+/=]+/.exec(await answer.text())?.[0] ?? "";
  status = 503;
  await here.run("post", post({ components: { shop: "major_outage" } }));
  status = 200;
  await here.castor.advance(2 * minuteMs);
  expect(asked).toHaveLength(3);
  const { headers = {}, body = "" } = asked[2] ?? {};
  expect(headers["webhook-id"]).toBe(asked[1]?.headers["webhook-id"] ?? "");
  const key = Buffer.from(secret.slice(6), "base64");
  const text = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const right = new Bun.CryptoHasher("sha256", key).update(text).digest("base64");
  expect(headers["webhook-signature"]).toBe(`v1,${right}`);
  expect(JSON.parse(body)).toMatchObject({
    type: "status-page.update",
    data: { stage: "investigating", components: ["shop"] },
  });
  status = 410;
  await here.run("post", post({ title: "Second" }));
  await here.castor.advance(2_000);
  expect(await counts(here, "webhook")).toMatchObject({ confirmed: 0 });
});

test("Slack is told in its own form, without markup that people wrote; an address within one's own network is never asked", async () => {
  const asked: string[] = [];
  const here = await open({}, (_, init) => {
    asked.push(String(init.body));
    return new Response("ok");
  });
  await using _ = here.castor;
  const form = (address: string) => here.send("/subscribe", { kind: "slack", address }, address);
  await form("https://hooks.slack.com/services/T/B/X");
  await form("http://127.0.0.1:4600/api/catalog.restart");
  await here.castor.advance(1_000);
  const link = pathIn(asked[0] ?? "", "confirm").replace(/[|>"\\].*/, "");
  await here.send(link, {});
  await here.run("post", post({ title: "<!channel> & co" }));
  await here.castor.advance(2_000);
  expect(asked).toHaveLength(2);
  expect(asked[1]).toContain("&lt;!channel&gt; &amp; co");
  expect(await counts(here, "slack")).toMatchObject({ confirmed: 1, pending: 1 });
});

test("one browser is one subscriber however it writes itself, and changes at once what it is told", async () => {
  await using far = pushService();
  const net = { ...noNet, fetch: (to: string, init?: RequestInit) => fetch(to, init) };
  const here = await page(
    { subscribe: { ...subscribe, kinds: ["push"] } },
    { net, push: { services: [far.url] } },
  );
  await using _ = here.castor;
  const { endpoint, keys } = far.browser();
  const { keys: others } = far.browser();
  for (const [what, one] of [
    ["*", { endpoint, expirationTime: null, keys }],
    ["component:shop", { keys: { ...keys, a: 1 }, endpoint, pad: "1" }],
    ["component:api", { endpoint: `${endpoint}#1`, keys: others }],
  ] as const) {
    const form = { kind: "push", what, address: JSON.stringify(one) };
    expect((await settled(here, here.send("/subscribe", form))).status).toBe(200);
    expect(await counts(here, "push")).toMatchObject({ confirmed: 1 });
    const found = await here.castor.act("status-page.find-subscriber", { address: endpoint });
    expect(found).toMatchObject({ wants: [what] });
  }
});

/** Lets what waits on the real network come in, on virtual time. */
async function settled<T>({ castor }: Here, asked: Promise<T>): Promise<T> {
  let isDone = false;
  void asked.finally(() => (isDone = true)).catch(() => undefined);
  while (!isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    await castor.advance(1);
  }
  return await asked;
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}

/** A push service that looks at what every one of them demands; what it reads is proven in platform/push. */
function pushService() {
  const pushed: Headers[] = [];
  const service = { pushed, status: 201 };
  const server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    fetch: ({ headers }) => {
      if (headers.get("content-encoding") !== "aes128gcm") return new Response("", { status: 415 });
      pushed.push(headers);
      return new Response("", { status: service.status });
    },
  });
  const url = `http://127.0.0.1:${server.port}`;
  const browser = () => {
    const ecdh = createECDH("prime256v1");
    ecdh.generateKeys();
    const auth = Buffer.alloc(16, 7).toString("base64url");
    return { endpoint: `${url}/1`, keys: { p256dh: ecdh.getPublicKey("base64url"), auth } };
  };
  return { service, url, browser, [Symbol.asyncDispose]: () => server.stop(true) };
}

test("a browser is told, sealed for it alone, once its push service took a first note; gone is forgotten", async () => {
  await using far = pushService();
  const { service, url, browser } = far;
  const net = { ...noNet, fetch: (to: string, init?: RequestInit) => fetch(to, init) };
  const here = await page(
    { subscribe: { ...subscribe, kinds: ["push"] } },
    { net, push: { services: [url] } },
  );
  await using _ = here.castor;
  expect(await (await here.get("/subscribe/")).text()).toContain('id="push"');
  expect(await (await here.get("/push.js")).text()).toContain("showNotification");
  const { publicKey } = (await (await here.get("/push-key")).json()) as { publicKey: string };
  const add = (one: object) =>
    settled(here, here.send("/subscribe", { kind: "push", address: JSON.stringify(one) }));
  const inside = { ...browser(), endpoint: "http://127.0.0.1:1/inside" };
  for (const wrong of [inside, {}, { endpoint: url }]) expect((await add(wrong)).status).toBe(422);
  expect(service.pushed).toHaveLength(0);
  expect((await add(browser())).status).toBe(200);
  expect(service.pushed[0]?.get("authorization")).toContain(`k=${publicKey}`);
  await here.run("post", post({ components: { shop: "major_outage" } }));
  await settled(
    here,
    until(() => service.pushed.length === 2),
  );
  expect(await counts(here, "push")).toMatchObject({ confirmed: 1 });
  expect(JSON.stringify(here.castor.facts())).not.toContain(url);
  service.status = 410;
  await here.run("post", post({ title: "Second" }));
  await settled(
    here,
    until(async () => (await counts(here, "push"))?.confirmed === 0),
  );
});
