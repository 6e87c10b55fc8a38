import { testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { settings } from "../../platform/settings/index.ts";
import { catalog } from "../../run/catalog/index.ts";
import { mirrored, requests, splits } from "./contract.ts";
import { gatewaySnapshot } from "./data-plane/snapshot.ts";
import { gateway } from "./index.ts";

const service = { url: "http://127.0.0.1:2368", health: false };
const reason = "release 7";

async function control() {
  const ports = testPorts();
  const castor = await testCastor([settings, catalog, gateway], {
    ports,
    config: {
      catalog: { services: { shop: service, "shop-next": service } },
      gateway: { routes: [{ service: "shop" }] },
    },
    equipment: { machine: { cores: 1, folder: "/srv", workerCommand: (id: string) => [id] } },
  });
  await castor.advance(1_000);
  const route = () => ports.snapshots.get(gatewaySnapshot)?.value.routes[0];
  const run = async (verb: string, input: unknown) => {
    const done = await castor.act(`gateway.${verb}`, input);
    await castor.advance(100);
    return done;
  };
  return { castor, ports, route, run };
}

test("a split reaches the workers in one change, a switch is a split, and its end is the configuration again", async () => {
  const { castor, route, run } = await control();
  await using _ = castor;
  await run("split", { route: "*/", to: { shop: 90, "shop-next": 10 }, reason });
  expect(route()?.split?.shares).toEqual([
    { service: "shop", weight: 90 },
    { service: "shop-next", weight: 10 },
  ]);
  await run("split", {
    route: "*/",
    to: { shop: 0, "shop-next": 1 },
    by: { cookie: "who" },
    reason,
  });
  expect(route()?.split).toMatchObject({ by: { cookie: "who" } });
  await run("mirror", { route: "*/", service: "shop", share: 0.5, reason });
  expect(route()?.mirror).toEqual({ service: "shop", share: 0.5 });
  await run("end-split", { route: "*/", reason: "all is well" });
  expect(route()).not.toHaveProperty("split");
  expect(route()).not.toHaveProperty("mirror");
  const told = castor.facts().filter(({ stream }) => stream === "gateway/splits/*/");
  expect(told.map(({ event }) => castor.castor.facts.says(event))).toEqual([
    "*/ goes to 90 % shop, 10 % shop-next: release 7",
    "*/ goes to 0 % shop, 100 % shop-next: release 7",
    "shop gets copies of 50 % of */: release 7",
    "*/ goes where the configuration says: all is well",
    "Nobody gets copies of */ any more: all is well",
  ]);
});

test("what is not there is named, and nothing changes", async () => {
  const { castor, route, run } = await control();
  await using _ = castor;
  const lost = { route: "/nowhere", to: { shop: 1 }, reason };
  expect(await run("split", lost)).toMatchObject({ problem: { type: "gateway.unknown-route" } });
  const nobody = { route: "*/", to: { shop: 1, nobody: 1 }, reason };
  expect(await run("split", nobody)).toMatchObject({
    problem: { type: "gateway.unknown-service" },
  });
  expect(await run("mirror", { route: "*/", service: "nobody", reason })).toMatchObject({
    problem: { type: "gateway.unknown-service" },
  });
  expect(await run("end-split", { route: "*/", reason })).toMatchObject({
    problem: { type: "gateway.not-forked" },
  });
  expect(route()).not.toHaveProperty("split");
});

test("each side is shown with what it is asked", async () => {
  const { castor, ports, run } = await control();
  await using _ = castor;
  await run("split", { route: "*/", to: { shop: 1, "shop-next": 1 }, reason });
  await run("mirror", { route: "*/", service: "shop", reason });
  const counted = { route: "*/", service: "shop" };
  ports.counters.add(requests, { ...counted, class: "2xx" }, 100);
  ports.counters.add(mirrored, { ...counted, outcome: "failed" }, 20);
  await castor.advance(10_000);
  const { splits: on, mirrors } = await castor.ask(splits, {});
  expect(on[0]?.shares[0]).toMatchObject({ service: "shop", weight: 1 });
  expect(on[0]?.shares[0]?.requestsPerSecond).toBeGreaterThan(0);
  expect(on[0]?.shares[1]?.requestsPerSecond).toBe(0);
  expect(mirrors[0]).toMatchObject({ service: "shop", share: 1, answeredPerSecond: 0 });
  expect(mirrors[0]?.failedPerSecond).toBeGreaterThan(0);
});
