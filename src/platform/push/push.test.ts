import { httpApi, noNet, testAuth, testCastor, testPorts } from "#kernel/testing";
import { describe, expect, test } from "bun:test";
import { people } from "../people/index.ts";
import { privacy } from "../privacy/index.ts";
import { devices, type Payload } from "./contract.ts";
import { push } from "./index.ts";
import { decrypted, pushService } from "./push-service.testing.ts";

test("the example of RFC 8291 is read as the RFC says, so that what browsers read is known", () => {
  const body =
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
  const to = {
    privateKey: "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
    publicKey:
      "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    auth: "BTBZMqHH6r4Tts7J_aSIgg",
  };
  expect(decrypted(Buffer.from(body, "base64url"), to)).toBe(
    "When I grow up, I want to be a watermelon",
  );
});

type By = { kind: "person" | "token" | "system"; id: string };
const machine: By = { kind: "system", id: "local" };
type Said = { problem?: { type: string }; more?: object; detail?: string; device?: string };

/** A house with Ann in it, a push service on loopback, and nothing else in the world. */
async function house() {
  const service = pushService();
  const net = { ...noNet, fetch: (url: string, init?: RequestInit) => fetch(url, init) };
  const ports = testPorts({ net });
  const auth = testAuth({ clock: ports.clock });
  const config = { push: { services: [service.url] } };
  const equipment = { auth, sealer: ports.sealer };
  const castor = await testCastor([people, privacy, push], { ports, config, equipment });
  const act = async (verb: string, input: unknown, by: By = machine): Promise<Said> =>
    (await castor.act(verb, input, by)) as Said;
  const settle = async (name: string): Promise<By> => {
    const email = `${name}@example.org`;
    const { link } = (await act("people.invite", { role: "viewer", email })) as { link: string };
    return { kind: "person", id: await auth.enter(link, { name, email }) };
  };
  const ann = await settle("ann");
  const add = (by = ann, subscription = service.subscribe()) =>
    act("push.add-device", { name: "Ann's phone", subscription }, by);
  const note = { id: "page-1.1", account: "Ann@Example.org", title: "Checkout is down" };
  const tell = (more: object = {}) => act("push.send", { ...note, ...more });
  const api = httpApi({ castor: castor.castor, auth });
  const receipt = async (body: object): Promise<number> => {
    const text = JSON.stringify(body);
    const headers = { "content-length": String(text.length) };
    const url = "http://castor.test/in/push/receipt";
    return (await api(new Request(url, { method: "POST", headers, body: text }), "127.0.0.1"))
      .status;
  };
  const told = (k = -1): Payload => JSON.parse(service.pushed.at(k)?.text ?? "{}");
  return {
    ...{ service, castor, ports, ann, settle, add, act, tell, told, receipt },
    [Symbol.asyncDispose]: async () => {
      await service[Symbol.asyncDispose]();
      await castor[Symbol.asyncDispose]();
    },
  };
}

test("what somebody is told arrives on each of their devices, sealed for that device alone", async () => {
  await using home = await house();
  await home.add();
  await home.add();
  const actions = [{ title: "Acknowledge", url: "/in/page/ack" }];
  const thread = "0198c2f0-1111-7000-8000-000000000001";
  const said = await home.tell({
    body: "since 02:10",
    thread,
    urgency: "high",
    ttlSeconds: 600,
    actions,
  });
  expect(said).toEqual({ accepted: 2 } as object);
  expect(home.told()).toMatchObject({ title: "Checkout is down", body: "since 02:10", actions });
  const [one, two] = home.service.pushed;
  expect(one?.headers.get("urgency")).toBe("high");
  expect(one?.headers.get("ttl")).toBe("600");
  expect(one?.headers.get("topic")).toBe(two?.headers.get("topic") ?? "");
  expect(home.told(0).receipt).not.toBe(home.told(1).receipt);
});

test("the key that Castor proves itself with is made once and told to browsers", async () => {
  await using home = await house();
  const [one, two] = await Promise.all([
    home.act("push.prepare", {}),
    home.act("push.prepare", {}),
  ]);
  expect(one).toEqual(two);
  await home.add();
  await home.tell();
  expect(one).toEqual({ publicKey: home.service.pushed[0]?.key } as object);
  expect(home.castor.types().filter((type) => type === "push.keys-made")).toHaveLength(1);
});

test("neither a subscription nor a private key is in the log in clear", async () => {
  await using home = await house();
  const subscription = home.service.subscribe();
  await home.add(home.ann, subscription);
  await home.tell();
  const raw = JSON.stringify(home.ports.log.page({ after: 0, limit: 1_000 }));
  expect(raw).toContain("push.device-added");
  for (const secret of [subscription.endpoint, subscription.keys.auth])
    expect(raw).not.toContain(secret);
  const keys = home.castor.facts().find(({ event }) => event.type === "push.keys-made");
  const { privateKey = "" } = (keys?.event.data ?? {}) as { privateKey?: string };
  expect(privateKey.length).toBeGreaterThan(40);
  expect(raw).not.toContain(privateKey);
});

test("whatever is said fits into one message, and steers nothing", async () => {
  await using home = await house();
  await home.add();
  const url = `/in/${"x".repeat(390)}`;
  const monster = `\u202e\u0007\ud800"\\${"🦫".repeat(3_000)}`;
  const actions = Array.from({ length: 3 }, () => ({ title: "🦫".repeat(30), url }));
  const said = await home.tell({ title: monster.slice(0, 900), body: monster, url, actions });
  expect(said).toEqual({ accepted: 1 } as object);
  expect(home.service.pushed[0]?.text).not.toMatch(/[\u202e\u0007]/);
  expect(home.told().actions).toHaveLength(3);
});

test("a device that its push service does not know any longer is forgotten; one that took it is enough", async () => {
  await using home = await house();
  await home.add();
  await home.add(home.ann, {
    ...home.service.subscribe(),
    endpoint: `${home.service.url}/push/none`,
  });
  expect(await home.tell()).toEqual({ accepted: 1 } as object);
  expect((await home.castor.ask(devices, {})).devices).toHaveLength(1);
  home.service.mood = { status: 404 };
  expect(await home.tell()).toMatchObject({
    problem: { type: "push.not-delivered" },
    more: { isFinal: true },
  });
  expect(await home.tell()).toMatchObject({ problem: { type: "push.no-device" } });
});

describe("a push service that does not take it", () => {
  test.each([
    [{ status: 500 }, { isFinal: false }],
    [
      { status: 429, headers: { "retry-after": "7" } },
      { isFinal: false, retryAfterMs: 7_000 },
    ],
    [{ status: 413 }, { isFinal: true }],
    [{ status: 307, headers: { location: "http://127.0.0.1:1/" } }, { isFinal: true }],
  ])("%p is told as such, without its address", async (mood, more) => {
    await using home = await house();
    const subscription = home.service.subscribe();
    await home.add(home.ann, subscription);
    home.service.mood = mood;
    const said = await home.tell();
    expect(said).toMatchObject({ problem: { type: "push.not-delivered" }, more });
    expect(said.detail).not.toContain(subscription.endpoint.slice(-20));
  });

  test("one that says nothing is given up after ten seconds", async () => {
    await using home = await house();
    await home.add();
    home.service.mood = "hangs";
    const telling = home.tell();
    let isOver = false;
    void telling.finally(() => (isOver = true));
    while (!isOver) {
      await home.castor.advance(2_000);
      await new Promise(setImmediate);
    }
    expect(await telling).toMatchObject({ more: { isFinal: false } });
  });
});

test("only what came in a note proves that a device showed it, once", async () => {
  await using home = await house();
  await home.add();
  await home.tell();
  const { id, device, receipt } = home.told();
  const shown = { id, device, receipt, what: "shown" };
  expect(await home.receipt({ ...shown, receipt: receipt.replace(/.$/, "!") })).toBe(404);
  expect(await home.receipt({ ...shown, id: "page-1.2" })).toBe(404);
  expect(await home.receipt(shown)).toBe(204);
  expect(await home.receipt(shown)).toBe(204);
  expect(await home.receipt({ ...shown, what: "tapped" })).toBe(204);
  expect(home.castor.types().filter((type) => type === "push.shown")).toHaveLength(2);
  expect((await home.castor.ask(devices, {})).devices[0]?.shownAt).toBeNumber();
  expect(await home.receipt({ what: "x".repeat(3_000) })).toBe(404);
});

test("Castor sends to no address that the configuration does not trust", async () => {
  await using home = await house();
  const { keys } = home.service.subscribe();
  for (const endpoint of [
    "http://127.0.0.1:1/x",
    "https://fcm.googleapis.com.evil.example/x",
    "http://169.254.169.254/",
  ])
    expect(await home.add(home.ann, { endpoint, keys })).toMatchObject({
      problem: { type: "push.unknown-service" },
    });
  const zeros = Buffer.alloc(65).toString("base64url");
  const wrong = { ...home.service.subscribe(), keys: { ...keys, p256dh: zeros } };
  expect(await home.add(home.ann, wrong)).toMatchObject({
    problem: { type: "push.bad-subscription" },
  });
});

test("a browser is one device, and belongs to who signed in there last", async () => {
  await using home = await house();
  const subscription = home.service.subscribe();
  const first = await home.add(home.ann, subscription);
  expect(await home.add(home.ann, subscription)).toEqual(first);
  const ben = await home.settle("ben");
  await home.add(ben, subscription);
  expect((await home.castor.ask(devices, {})).devices).toMatchObject([{ person: ben.id }]);
  expect((await home.castor.ask(devices, { account: "ann@example.org" })).devices).toEqual([]);
});

test("ten devices are enough, machines have none, and others' are not one's own to remove", async () => {
  await using home = await house();
  const { device } = await home.add();
  for (let k = 1; k < 10; k++) await home.add();
  expect(await home.add()).toMatchObject({ problem: { type: "push.too-many-devices" } });
  expect(await home.add(machine)).toMatchObject({ problem: { type: "push.not-a-person" } });
  const ben = await home.settle("ben");
  for (const verb of ["push.remove-device", "push.test"])
    expect(await home.act(verb, { device }, ben)).toMatchObject({
      problem: { type: "push.unknown-device" },
    });
  expect(await home.act("push.test", { device }, home.ann)).toMatchObject({
    id: expect.any(String),
  });
  expect(home.told().title).toBe("Castor: a test");
  expect(await home.act("push.remove-device", { device }, home.ann)).toEqual({
    done: true,
  } as object);
});

test("who is removed or erased is told nothing any more", async () => {
  await using home = await house();
  await home.add();
  const ben = await home.settle("ben");
  await home.add(ben);
  await home.act("people.remove", { person: home.ann.id });
  await home.act("privacy.erase", { subject: ben.id });
  await home.castor.advance(1_000);
  expect((await home.castor.ask(devices, {})).devices).toEqual([]);
});
