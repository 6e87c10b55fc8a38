import { capability, processesOf, started, type Effects } from "#kernel";
import { spec, testCastor, type TestCastor } from "#kernel/testing";
import { expect, test } from "bun:test";
import * as z from "zod";
import { settings } from "../../platform/settings/index.ts";
import {
  certificate,
  isDue,
  nothingKnown,
  renew,
  renewAtOf,
  retryAtOf,
  warningFor,
} from "./certificate.ts";
import { checkCertificates, Config } from "./config.ts";
import {
  certificatesSnapshot,
  failed,
  issued,
  list,
  proofCluster,
  renewalAsked,
  unknown,
} from "./contract.ts";
import { certificatesCapability } from "./index.ts";
import { type Account, type Equipment, NotIssued } from "./issuer.ts";

const day = 86_400_000;
const minute = 60_000;
const hour = 60 * minute;
/** Short, so that a whole life passes in a moment. */
const lifeMs = 60 * hour;
const wants = (acme: Record<string, unknown> = {}) => ({
  acme: { names: ["shop.example"], terms: true, ...acme },
});

/** An authority on the test's own clock, and the disk of the test. */
class World implements Equipment {
  readonly files = new Map<string, string>();
  readonly asked: { account: Account; names: readonly string[] }[] = [];
  /** Which tokens workers would have answered for when the authority asked. */
  shown: string[] = [];
  proofsNow: () => { token: string }[] = () => [];
  refusing: NotIssued | undefined = undefined;
  now: () => number = () => 0;
  readonly safe = {
    read: (file: string) => this.files.get(file),
    write: (file: string, text: string) => void this.files.set(file, text),
    pathOf: (file: string) => `/safe/${file}`,
  };
  readonly issuer: Equipment["issuer"] = {
    newKey: async () => "a key",
    issue: async ({ account, names, show, onAccount }) => {
      this.asked.push({ account, names });
      if (this.refusing !== undefined) throw this.refusing;
      onAccount("https://ca.example/account/1");
      await Promise.all(
        names.map((name) => show({ token: `token-of-${name}`, text: `text-of-${name}` })),
      );
      this.shown = this.proofsNow().map(({ token }) => token);
      return { chain: JSON.stringify({ names, startsAt: this.now() }), key: "the key" };
    },
    read: async (chain) => {
      const { names, startsAt } = JSON.parse(chain) as { names: string[]; startsAt: number };
      return { names, issuer: "Test CA", startsAt, expiresAt: startsAt + lifeMs };
    },
  };
  readTrust = (path: string): string => `trust of ${path}`;
}

/** Workers that hold what is on the picture. */
const worker = capability({
  id: "workers",
  about: "Answers as gateway workers do.",
  config: z.object({}),
  reactions: [
    started(async (fx: Effects) => {
      await fx.snapshots.put(processesOf("gateway"), {
        processes: [{ id: "gateway-1", kind: "worker", command: ["true"] }],
      });
      fx.bus.serve(proofCluster, {
        request: async ({ body }) => {
          const { proofs } = fx.snapshots.get(certificatesSnapshot)?.value ?? { proofs: [] };
          const { token } = body as { token: string };
          return { worker: "gateway-1", isHeld: proofs.some((each) => each.token === token) };
        },
      });
    }),
  ],
});

async function begin(world: World, acme: Record<string, unknown> = {}): Promise<TestCastor> {
  const castor = await testCastor([settings, worker, certificatesCapability], {
    config: { certificates: wants(acme) },
    equipment: { certificates: world },
  });
  world.now = () => castor.clock.now();
  const { snapshots } = castor.castor.ports;
  world.proofsNow = () => snapshots.get(certificatesSnapshot)?.value.proofs ?? [];
  return castor;
}
const ofType = (castor: TestCastor, type: string) =>
  castor.facts().flatMap(({ event }) => (event.type === type ? [event.data as never] : []));

test("a certificate is asked for once, its key and chain are one file, and workers are told of both", async () => {
  const world = new World();
  await using castor = await begin(world, { names: [["shop.example", "www.shop.example"]] });
  await castor.advance(20_000);
  expect(world.asked.map(({ names }) => names)).toEqual([["shop.example", "www.shop.example"]]);
  expect(world.files.get("shop.example.pem")).toStartWith("the key\n{");
  const picture = castor.castor.ports.snapshots.get(certificatesSnapshot)?.value;
  expect(picture?.files).toEqual(["/safe/shop.example.pem"]);
  expect(world.shown).toEqual(["token-of-shop.example", "token-of-www.shop.example"]);
  expect(picture?.proofs).toEqual([]);
  const { certificates } = await castor.ask(list, {});
  expect(certificates).toMatchObject([{ name: "shop.example", state: "held", failures: 0 }]);
});

test("it is renewed with a third of its life left, by the same account", async () => {
  const world = new World();
  await using castor = await begin(world);
  await castor.advance(38 * hour);
  expect(world.asked).toHaveLength(1);
  await castor.advance(4 * hour);
  expect(world.asked).toHaveLength(2);
  expect(world.asked[1]?.account).toMatchObject({
    key: "a key",
    url: "https://ca.example/account/1",
  });
  expect(castor.types()).toContain("certificates.renewed");
});

test("an authority that says no is asked less and less often, and what is held stays", async () => {
  const world = new World();
  world.refusing = new NotIssued("nobody answers there");
  await using castor = await begin(world);
  await castor.advance(26 * 60 * minute);
  const retries = ofType(castor, "certificates.failed") as { attempt: number; why: string }[];
  expect(retries.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(world.files.has("shop.example.pem")).toBe(false);
  world.refusing = undefined;
  await castor.run("certificates.renew", { name: "shop.example" });
  await castor.advance(10_000);
  expect(castor.types()).toContain("certificates.issued");
});

test("a rate limit is waited for as long as the authority says, at least an hour", async () => {
  const world = new World();
  world.refusing = new NotIssued("too many", {
    isRateLimited: true,
    retryAfterMs: 3 * 60 * minute,
  });
  await using castor = await begin(world);
  await castor.advance(2 * 60 * minute + 50 * minute);
  expect(world.asked).toHaveLength(1);
  await castor.advance(40 * minute);
  expect(world.asked).toHaveLength(2);
});

test("a renewal that goes on failing is told before the certificate ends, three times", async () => {
  const world = new World();
  await using castor = await begin(world);
  await castor.advance(minute);
  world.refusing = new NotIssued("the authority is away");
  await castor.advance(59 * hour);
  const told = ofType(castor, "certificates.expiring") as { leftMs: number }[];
  expect(told.map(({ leftMs }) => Math.round(leftMs / hour))).toEqual([12, 6, 3]);
  expect(world.files.get("shop.example.pem")).toContain("the key");
});

test("a name that was added, or a file that is gone, is reason enough to ask", () => {
  const held = { name: "a.example", names: ["a.example"], issuer: "x" };
  const known = {
    ...nothingKnown,
    held: { ...held, startsAt: 0, expiresAt: 90 * day, renewAt: 60 * day },
  };
  const wanted = { name: "a.example", names: ["a.example"] };
  const now = day;
  expect(isDue(wanted, known, { now, isOnDisk: true })).toBe(false);
  expect(isDue(wanted, known, { now, isOnDisk: false })).toBe(true);
  expect(
    isDue({ ...wanted, names: ["a.example", "b.example"] }, known, { now, isOnDisk: true }),
  ).toBe(true);
  expect(isDue(wanted, { ...known, retryAt: 2 * day }, { now, isOnDisk: false })).toBe(false);
  expect(isDue(wanted, known, { now: 60 * day, isOnDisk: true })).toBe(true);
});

test("renewals do not come all at once, and retries neither", () => {
  const life = { startsAt: 0, expiresAt: 90 * day };
  expect(renewAtOf(life, 0)).toBeGreaterThan(renewAtOf(life, 0.99));
  expect(Math.abs(renewAtOf(life, 0.5) - 60 * day)).toBeLessThan(2 * day);
  const at = (attempt: number, chance = 0) =>
    retryAtOf({ now: 0, attempt, chance, isRateLimited: false });
  expect([at(1), at(2), at(3), at(40)]).toEqual([5 * minute, 10 * minute, 20 * minute, day]);
  expect(at(1, 0.9)).toBeGreaterThan(at(1, 0.1));
  const held = { ...life, name: "a", names: ["a"], issuer: "x", renewAt: 0 };
  expect([50, 72, 81, 86].map((days) => warningFor(held, days * day))).toEqual([
    undefined,
    0.2,
    0.1,
    0.05,
  ]);
});

test("only what is configured can be renewed, and asking twice is asking once", () => {
  const given = spec(
    certificate,
    z.object({}).transform(() => Config.parse(wants())),
    0,
  );
  given()
    .when(renew, { name: "shop.example" })
    .emits(renewalAsked({ name: "shop.example" }));
  given(renewalAsked({ name: "shop.example" }))
    .when(renew, { name: "shop.example" })
    .changesNothing();
  given().when(renew, { name: "other.example" }).refuses(unknown);
  const no = {
    name: "shop.example",
    names: [],
    why: "no",
    attempt: 1,
    retryAt: 9,
    isRateLimited: false,
  };
  given(failed(no))
    .when(renew, { name: "shop.example" })
    .emits(renewalAsked({ name: "shop.example" }));
  expect(issued.type).toBe("certificates.issued");
});

test("terms that nobody agreed to, wildcards and certificates that nobody would show are mistakes", () => {
  const parse = (acme: Record<string, unknown>) => Config.safeParse({ acme }).success;
  expect(parse({ names: ["a.example"], terms: true })).toBe(true);
  expect(parse({ names: ["a.example"] })).toBe(false);
  expect(parse({ names: ["a.example"], terms: false })).toBe(false);
  expect(parse({ names: ["*.a.example"], terms: true })).toBe(false);
  expect(parse({ names: ["localhost"], terms: true })).toBe(false);
  expect(parse({ names: ["a.example"], terms: true, directory: "http://ca.example/" })).toBe(false);
  const found = (acme: Record<string, unknown>, gateway: unknown) =>
    checkCertificates({ certificates: Config.parse(wants(acme)), gateway }).map(({ path }) => path);
  expect(found({}, {})).toEqual([["certificates", "acme"]]);
  expect(found({}, { tls: {} })).toEqual([]);
  expect(found({ names: ["a.example", ["a.example", "b.example"]] }, { tls: {} })).toEqual([
    ["certificates", "acme", "names", 1],
  ]);
});
