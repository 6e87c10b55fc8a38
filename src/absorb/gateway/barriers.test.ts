import { testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { settings } from "../../platform/settings/index.ts";
import { catalog } from "../../run/catalog/index.ts";
import { now } from "./contract.ts";
import { gatewaySnapshot } from "./data-plane/snapshot.ts";
import { gateway } from "./index.ts";

const site = { url: "http://127.0.0.1:2368", health: false };
const reason = "the disk is full";

async function control(ports = testPorts()) {
  const castor = await testCastor([settings, catalog, gateway], {
    ports,
    config: {
      catalog: { services: { shop: site, blog: site } },
      gateway: {
        routes: [
          { path: "/pay", service: "shop" },
          { path: "/blog", service: "blog" },
        ],
      },
    },
    equipment: { machine: { cores: 1, folder: "/srv", workerCommand: (id: string) => [id] } },
  });
  await castor.advance(1_000);
  const barrier = (service: string) =>
    ports.snapshots.get(gatewaySnapshot)?.value.services.find(({ id }) => id === service)?.barrier;
  const run = async (verb: string, input: unknown) => {
    const done = await castor.act(`gateway.${verb}`, input);
    await castor.advance(100);
    return done;
  };
  return { castor, ports, barrier, run };
}

test("a stop reaches the workers with its message, survives a restart, and ends when it is resumed", async () => {
  const first = await control();
  await first.run("stop", { service: "shop", reason, message: "Back at noon." });
  expect(first.barrier("shop")).toEqual({ stop: { message: "Back at noon." }, stoppedRoutes: {} });
  expect(first.barrier("blog")).toBeUndefined();

  // Another life of control on the same log.
  await using _ = first.castor;
  const again = await control({ ...testPorts(), log: first.ports.log });
  await using castor = again.castor;
  expect(again.barrier("shop")).toMatchObject({ stop: { message: "Back at noon." } });
  const asked = castor.ask(now, { minutes: 1 });
  await castor.advance(1_000);
  const [blog, shop] = (await asked).services.toSorted((a, b) => (a.service < b.service ? -1 : 1));
  expect(shop?.stopped).toMatchObject({ reason, message: "Back at noon." });
  expect(blog?.stopped).toBeNull();
  await again.run("resume", { service: "shop" });
  expect(again.barrier("shop")).toBeUndefined();
});

test("a route is stopped alone, whatever service it leads to; all of the gateway is resumed at once", async () => {
  const { castor, barrier, run } = await control();
  await using _ = castor;
  await run("stop", { route: "*/pay", reason });
  expect(barrier("shop")).toEqual({ stoppedRoutes: { "*/pay": {} } });
  await run("pause", { reason, maxHold: "10s" });
  expect(barrier("blog")).toMatchObject({ pause: { maxHoldMs: 10_000 } });
  await run("resume", {});
  expect([barrier("shop"), barrier("blog")]).toEqual([undefined, undefined]);
  const told = castor.facts().filter(({ stream }) => stream === "gateway/barriers");
  expect(told.map(({ event }) => castor.castor.facts.says(event))).toEqual([
    `Route */pay stopped: ${reason}`,
    `All services paused: ${reason}`,
    "All services resumed",
  ]);
});

test("shedding ends by itself, later when it is asked for again; the strictest counts", async () => {
  const { castor, barrier, run } = await control();
  await using _ = castor;
  const asked = { id: "surge", service: "shop", below: "normal", reason, for: "10m" };
  await run("shed", asked);
  await run("shed", { below: "critical", reason, for: "1m" });
  expect(barrier("shop")?.shedBelow).toBe("critical");
  expect(barrier("blog")?.shedBelow).toBe("critical");
  await castor.advance(60_000);
  expect(barrier("shop")?.shedBelow).toBe("normal");
  expect(barrier("blog")).toBeUndefined();
  await run("shed", asked);
  await castor.advance(9.5 * 60_000);
  expect(barrier("shop")?.shedBelow).toBe("normal");
  await castor.advance(60_000);
  expect(barrier("shop")).toBeUndefined();
  const ends = castor.facts().filter(({ event }) => event.type === "gateway.shedding-ended");
  expect(ends.map(({ event }) => (event.data as { why: string }).why)).toEqual(["time", "time"]);
});

test("everybody is admitted again by somebody's word", async () => {
  const { castor, barrier, run } = await control();
  await using _ = castor;
  await run("shed", { below: "sheddable", reason });
  await run("admit-all", {});
  expect(barrier("shop")).toBeUndefined();
  expect(await run("admit-all", {})).toEqual({ done: false });
});

test("what is not there is named, and nothing changes", async () => {
  const { castor, barrier, run } = await control();
  await using _ = castor;
  const refusedAs = (type: string) => ({ problem: { type: `gateway.${type}` } });
  const slip = { service: "shpo", reason };
  expect(await run("stop", slip)).toMatchObject(refusedAs("unknown-service"));
  expect(await run("pause", slip)).toMatchObject(refusedAs("unknown-service"));
  expect(await run("shed", { ...slip, below: "normal" })).toMatchObject(
    refusedAs("unknown-service"),
  );
  expect(await run("stop", { route: "/pay", reason })).toMatchObject(refusedAs("unknown-route"));
  expect(await run("resume", { service: "shop" })).toMatchObject({
    problem: { type: "gateway.not-stopped" },
  });
  expect(await run("admit-all", { id: "surge" })).toMatchObject({
    problem: { type: "gateway.not-shedding" },
  });
  expect(await run("shed", { below: "normal", reason, for: "25h" })).toMatchObject({
    problem: { type: "gateway.shed-too-long" },
  });
  expect(barrier("shop")).toBeUndefined();
});
