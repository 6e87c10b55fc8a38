import { isRefusal, type PeerCertificate } from "#kernel";
import { memoryDisk, noNet, openMemoryLog, testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { configApplied } from "../../platform/settings/contract.ts";
import { settings } from "../../platform/settings/index.ts";
import { pauseMs } from "./beats.ts";
import { Config } from "./config.ts";
import { busy, failing, list, show } from "./contract.ts";
import { probes } from "./index.ts";

const dayMs = 86_400_000;

/** A Castor with a probe of a shop whose answers the test gives. */
async function watching(probe: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
  const shop = {
    isUp: true,
    asked: 0,
    underWay: 0,
    mostAtOnce: 0,
    takesMs: 40,
    holds: undefined as number | undefined,
  };
  const ports = testPorts();
  const disk = memoryDisk();
  ports.log = openMemoryLog({ clock: ports.clock, disk });
  const answer = async (): Promise<Response> => {
    shop.asked++;
    shop.mostAtOnce = Math.max(shop.mostAtOnce, ++shop.underWay);
    await ports.clock.sleepUntil(ports.clock.now() + shop.takesMs);
    shop.underWay--;
    if (!shop.isUp) throw Object.assign(new Error(""), { code: "ECONNREFUSED" });
    return new Response("the shop");
  };
  const hello = () => {
    const certificate: PeerCertificate = {
      ...{ names: ["shop.example"], issuer: "Own CA", from: 0 },
      until: ports.clock.now() + (shop.holds ?? 0),
    };
    return Promise.resolve({ said: "", certificate });
  };
  ports.net = { ...noNet, fetch: answer, hello };
  const config = { "shop-front": { url: "https://shop.example/?key=1", ...probe }, ...more };
  const castor = await testCastor([settings, probes], { ports, config: { probes: config } });
  const types = () => castor.types().filter((type) => type.startsWith("probes."));
  const shown = async () => (await castor.ask(list, {}))[0];
  const reconfigure = async (to: unknown): Promise<void> => {
    castor.castor.configure({ settings: {}, probes: Config.parse(to) });
    const fx = castor.castor.effects(settings, { actor: { kind: "system", id: "test" } });
    await fx.record("config", [configApplied({ file: "castor.yaml", hash: "2", changes: [] })]);
    await castor.advance(1_000);
  };
  return { castor, ports, disk, shop, types, shown, reconfigure };
}

test("only so many failures in a row are a verdict, and only changes are facts", async () => {
  const { castor, shop, types, shown } = await watching();
  await using _ = castor;
  await castor.advance(10 * 60_000);
  expect(types()).toEqual(["probes.passed"]);
  shop.isUp = false;
  await castor.advance(35_000); // Two beats at most have failed.
  shop.isUp = true;
  await castor.advance(60_000);
  expect(types()).toEqual(["probes.passed"]);
  shop.isUp = false;
  await castor.advance(10 * 60_000);
  expect(types()).toEqual(["probes.passed", "probes.failed"]);
  const why = "3 beats failed in a row, last: nobody accepts connections there";
  expect(await shown()).toMatchObject({ state: "failing", why });
  expect(await castor.ask(failing, {})).toMatchObject({
    ...{ probes: 1, unknown: 0, failing: [{ probe: "shop-front", why }] },
  });
  shop.isUp = true;
  await castor.advance(60_000);
  expect(types()).toEqual(["probes.passed", "probes.failed", "probes.passed"]);
  expect((await shown())?.strip).toHaveLength(64);
});

test("a probe is asked as often as configured, never twice at once, and what passes is counted", async () => {
  const { castor, shop, shown } = await watching({ every: "20s" });
  await using _ = castor;
  await castor.advance(3_600_000);
  expect(shop.asked).toBeGreaterThan(160);
  expect(shop.asked).toBeLessThan(200);
  expect(shop.mostAtOnce).toBe(1);
  expect(await shown()).toMatchObject({ passedOfDay: 1, last: { ok: true, tookMs: 40 } });
  const { history, expects } = await castor.ask(show, { probe: "shop-front", hours: 3 });
  expect(history.medianMs.some((each) => each !== null && Math.abs(each - 40) < 2)).toBe(true);
  expect(history.medianMs).toHaveLength(180);
  expect(expects).toContain("is answered 200 to 399");
});

test("two hundred probes take turns", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 199 }, (_, n) => [`p${n}`, { url: `http://10.0.0.${n}/`, every: "5s" }]),
  );
  const { castor, shop } = await watching({ every: "5s" }, many);
  await using _ = castor;
  await castor.advance(30_000);
  expect(shop.mostAtOnce).toBeLessThanOrEqual(32);
  expect((await castor.ask(list, {})).every(({ state }) => state === "passing")).toBe(true);
});

test("many that hang do not keep the others from their turn", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 60 }, (_, n) => [`a${n}`, { url: `http://10.0.0.${n}/`, every: "5s" }]),
  );
  const { castor, shop } = await watching({ every: "5s" }, many);
  await using _ = castor;
  shop.takesMs = 20_000;
  await castor.advance(90_000);
  expect((await castor.ask(list, {})).filter(({ last }) => last === null)).toEqual([]);
});

test("after a restart the verdict stands, and nothing is told twice", async () => {
  const { castor, shop, ports, disk, types } = await watching();
  shop.isUp = false;
  await castor.advance(120_000);
  expect(types()).toEqual(["probes.failed"]);
  await castor[Symbol.asyncDispose]();
  const config = { probes: { "shop-front": { url: "https://shop.example/" } } };
  const log = openMemoryLog({ clock: ports.clock, disk });
  const bus = testPorts().bus;
  await using again = await testCastor([settings, probes], {
    ports: { ...ports, log, bus },
    config,
  });
  const [probe] = await again.ask(list, {});
  expect(probe).toMatchObject({ state: "failing", strip: [] });
  await again.advance(120_000);
  expect(again.types().filter((type) => type === "probes.failed")).toHaveLength(1);
});

test("what is taken out of the configuration is withdrawn", async () => {
  const { castor, shop, types, reconfigure } = await watching();
  await using _ = castor;
  shop.isUp = false;
  await castor.advance(120_000);
  await reconfigure({});
  expect(types()).toEqual(["probes.failed", "probes.withdrawn"]);
  expect(await castor.ask(list, {})).toEqual([]);
});

for (const [what, corrected] of [
  ["its address", { url: "https://shop.example/new" }],
  ["what it sends", { headers: { authorization: "Bearer right" } }],
] as const)
  test(`an answer to what was asked before ${what} was corrected counts for nothing`, async () => {
    const wrong = { url: "https://shop.example/old", failsAfter: 1, severity: "critical" };
    const { castor, shop, types, shown, reconfigure } = await watching(wrong);
    await using _ = castor;
    Object.assign(shop, { isUp: false, takesMs: 30_000 });
    await castor.advance(10_000);
    expect(shop.underWay).toBe(1);
    await reconfigure({ "shop-front": { ...wrong, ...corrected } });
    await castor.advance(25_000);
    expect(shop.asked).toBe(2);
    expect(types()).toEqual([]);
    Object.assign(shop, { isUp: true, takesMs: 40 });
    await castor.advance(60_000);
    expect(types()).toEqual(["probes.passed"]);
    expect((await shown())?.strip).not.toContain("fail");
  });

test("a beat under way is judged by how grave its failure is by now", async () => {
  const { castor, shop, reconfigure } = await watching({ failsAfter: 1, severity: "critical" });
  await using _ = castor;
  Object.assign(shop, { isUp: false, takesMs: 20_000 });
  await castor.advance(10_000);
  await reconfigure({
    "shop-front": { url: "https://shop.example/?key=1", failsAfter: 1, severity: "warning" },
  });
  await castor.advance(20_000);
  const fact = castor.facts().find(({ event }) => event.type === "probes.failed");
  expect(fact?.event.data).toMatchObject({ severity: "warning" });
});

test("a certificate is told before it ends, again when it is urgent, and once when another holds", async () => {
  const { castor, shop, types, shown } = await watching({ url: "tls://shop.example:443" });
  await using _ = castor;
  const holding = async (days: number): Promise<string[]> => {
    shop.holds = days * dayMs;
    await castor.advance(120_000);
    return types().slice(1);
  };
  expect(await holding(30)).toEqual([]);
  expect(await holding(13)).toEqual(["probes.certificate-ending"]);
  expect((await shown())?.certificate).toMatchObject({ isEnding: true, issuer: "Own CA" });
  await holding(2);
  expect(await holding(-1)).toHaveLength(2);
  expect((await holding(90)).at(-1)).toBe("probes.certificate-renewed");
  expect((await shown())?.certificate?.isEnding).toBe(false);
});

test("nobody sees what stands behind the ? of an address, nor headers", async () => {
  const { castor } = await watching({ headers: { authorization: "Bearer secret-1" } });
  await using _ = castor;
  await castor.advance(60_000);
  const seen = JSON.stringify([
    await castor.ask(list, {}),
    await castor.ask(show, { probe: "shop-front", hours: 1 }),
    castor.facts(),
  ]);
  expect(seen).toContain("https://shop.example/?…");
  expect(seen).not.toMatch(/key=1|secret-1/);
});

test("a probe that nobody has is none", async () => {
  const { castor } = await watching();
  await using _ = castor;
  for (const probe of ["shop", "constructor", "__proto__"]) {
    expect(await castor.ask(show, { probe, hours: 1 })).toMatchObject({ probe: null });
    expect(isRefusal(await castor.act("probes.check", { probe }))).toBe(true);
  }
});

for (const [what, thrown, says] of [
  ["a name of nobody's", { code: "ENOTFOUND" }, "its name leads to no address"],
  ["a name server that is away", { code: "EAI_AGAIN" }, "its name leads to no address"],
  ["a reset", { code: "ECONNRESET" }, "it hung up"],
  ["what takes too long", { name: "TimeoutError" }, "no answer within 5000 ms"],
  ["what nobody has thought of", { code: "EODD" }, "it cannot be asked: EODD"],
] as const)
  test(`${what} is told in words that help`, async () => {
    const ports = testPorts();
    const why = Object.assign(new Error("https://me:secret@inner/"), thrown);
    ports.net = { ...noNet, fetch: () => Promise.reject(why) };
    await using castor = await testCastor([settings, probes], { ports });
    const tried = await castor.act("probes.try", { address: "http://inner/" });
    expect(tried).toMatchObject({ ok: false, says });
  });

test("only so many are asked by hand at once", async () => {
  const { castor } = await watching();
  await using _ = castor;
  const asked = Array.from({ length: 9 }, () =>
    castor.act("probes.check", { probe: "shop-front" }),
  );
  await castor.advance(1_000);
  const refused = (await Promise.all(asked)).filter((each) => isRefusal(each));
  expect(refused).toMatchObject([{ problem: busy }]);
  const again = castor.act("probes.check", { probe: "shop-front" });
  await castor.advance(1_000);
  expect(await again).toMatchObject({ ok: true });
});

test("the next beat comes sooner while there is doubt, never sooner than configured for a short one", () => {
  expect(pauseMs({ isSure: true, everyMs: 60_000 }, 0.5)).toBe(60_000);
  expect(pauseMs({ isSure: false, everyMs: 60_000 }, 0.5)).toBe(10_000);
  expect(pauseMs({ isSure: false, everyMs: 5_000 }, 0)).toBe(4_500);
});

for (const [what, probe, message] of [
  [
    "a status of a name",
    { url: "dns:shop.example", expect: { status: 200 } },
    "A dns target has none",
  ],
  [
    "records of a page",
    { url: "http://shop/", expect: { records: ["x"] } },
    "A http target has none",
  ],
  ["headers of TCP", { url: "tcp://shop:1", headers: {} }, "Only http and https take this"],
  ["a body of GET", { url: "http://shop/", body: "x" }, "A body needs a method such as POST"],
  [
    "more than the timeout",
    { url: "http://shop/", expect: { within: "6s" } },
    "The timeout comes first",
  ],
  [
    "an expression that is none",
    { url: "http://shop/", expect: { matches: "(" } },
    "This is no expression of RE2, or too large a one",
  ],
  ["too often", { url: "http://shop/", every: "1s" }, 'From "5s" to "1d"'],
  [
    "a header of two lines",
    { url: "http://shop/", headers: { a: "x\r\ny: z" } },
    "Write it in one line",
  ],
] as const)
  test(`a mistake is told: ${what}`, () => {
    const read = Config.safeParse({ it: probe });
    expect(JSON.stringify(read.error?.issues)).toContain(JSON.stringify(message).slice(1, -1));
  });
