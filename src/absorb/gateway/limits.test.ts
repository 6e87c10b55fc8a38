import { testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { settings } from "../../platform/settings/index.ts";
import { catalog } from "../../run/catalog/index.ts";
import { limits, rateLimited } from "./contract.ts";
import { gatewayReport } from "./data-plane/messages.ts";
import { gatewaySnapshot } from "./data-plane/snapshot.ts";
import { gateway } from "./index.ts";
import { RateLimitsConfig, rateLimitTarget } from "./limits.ts";
import { Config } from "./route.ts";

const login = { name: "login", rate: "30/m" };
const route = { path: "/login", service: "site", rateLimits: [login] };

async function control() {
  const ports = testPorts();
  const castor = await testCastor([settings, catalog, gateway], {
    ports,
    config: {
      catalog: { services: { site: { url: "http://127.0.0.1:2368", health: false } } },
      gateway: { routes: [route] },
    },
    equipment: { machine: { cores: 2, folder: "/srv", workerCommand: (id: string) => [id] } },
  });
  await castor.advance(1_000);
  return { castor, ports };
}

test("a limit is written as a rate and becomes a bucket", () => {
  const [limit] = RateLimitsConfig.parse([{ ...login, by: "header:X-API-Key", burst: 5 }]);
  expect(limit && rateLimitTarget(limit)).toEqual({
    ...{ name: "login", by: "header:x-api-key", everyMs: 2_000, burst: 5, dryRun: false },
  });
  const [plain] = RateLimitsConfig.parse([login]);
  expect(plain && rateLimitTarget(plain)).toMatchObject({ by: "address", burst: 30 });
});

test("what cannot be a limit is refused when the file is read", () => {
  for (const wrong of [
    [{ ...login, rate: "0/s" }],
    [{ ...login, rate: "10" }],
    [{ ...login, by: "cookie" }],
    [{ ...login, name: "Log in" }],
    [{ ...login, burst: 0 }],
    [login, login],
  ])
    expect(Config.safeParse({ routes: [{ service: "site", rateLimits: wrong }] }).success).toBe(
      false,
    );
});

test("workers are told the limits of their routes", async () => {
  const { castor, ports } = await control();
  await using _ = castor;
  expect(ports.snapshots.get(gatewaySnapshot)?.value.routes[0]?.rateLimits).toEqual([
    { name: "login", by: "address", everyMs: 2_000, burst: 30, dryRun: false },
  ]);
});

test("all limits can be asked, with whom they refuse now", async () => {
  const { castor, ports } = await control();
  await using _ = castor;
  const labels = { route: "*/login", limit: "login", outcome: "refused" };
  ports.counters.add(rateLimited, labels, 50);
  const [shown, ...others] = (await castor.ask(limits, {})).limits;
  expect(others).toEqual([]);
  expect(shown).toMatchObject({ route: "*/login", name: "login", rate: "30/m", burst: 30 });
  expect(shown?.refusedPerSecond).toBeGreaterThan(0);
  expect(shown?.wouldRefusePerSecond).toBe(0);
});

test("a limit that several workers reach at once is one fact, and one more after a quiet time", async () => {
  const { castor, ports } = await control();
  await using _ = castor;
  const reached = (worker: string, id: string) =>
    ports.bus.request(
      gatewayReport.name,
      {
        kind: "fact",
        id,
        fact: {
          ...{ what: "limit-reached", worker, route: "*/login", limit: "login" },
          ...{ by: "address", everyMs: 2_000, burst: 30, dryRun: true },
        },
      },
      { timeoutMs: 1_000 },
    );
  const told = () => castor.facts().filter(({ event }) => event.type === "gateway.limit-reached");
  await reached("gateway-1", "a/1");
  await reached("gateway-2", "b/1");
  expect(told()).toHaveLength(1);
  expect(castor.castor.facts.says(told()[0]?.event ?? { type: "", data: {} })).toBe(
    "Rate limit login of */login would begin to refuse: 30 at once, then one every 2000 ms by address",
  );
  await castor.advance(300_000);
  await reached("gateway-1", "a/2");
  expect(told()).toHaveLength(2);
});
