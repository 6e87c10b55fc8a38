import { expect, test } from "bun:test";
import { checkRoutes } from "./check-routes.ts";
import { Config, gatewaySnapshotOf } from "./route.ts";
import { originTarget } from "./origin-config.ts";

const targetOf = (config: unknown, service = "shop", workers = 4) =>
  originTarget(Config.parse(config), service, workers);

test("without a word every instance's level is found, and visitors wait a second at most", () => {
  expect(targetOf({})).toEqual({
    concurrency: { min: 1, initial: 20, max: 200 },
    queue: { waitingMax: 100, waitMsMax: 1_000 },
  });
});

test("a fixed number is shared by the workers, and none goes without", () => {
  expect(targetOf({ concurrency: 40 }).concurrency).toEqual({ min: 10, initial: 10, max: 10 });
  expect(targetOf({ concurrency: 2 }).concurrency).toEqual({ min: 1, initial: 1, max: 1 });
});

test("a service may differ in what it names, and only there", () => {
  const config = {
    concurrency: "off",
    queue: { max: 7, wait: "3s" },
    services: { shop: { concurrency: { max: 50 }, queue: { max: 9 } } },
  };
  expect(targetOf(config)).toEqual({
    concurrency: { min: 1, initial: 20, max: 50 },
    queue: { waitingMax: 9, waitMsMax: 3_000 },
  });
  expect(targetOf(config, "blog")).toEqual({ queue: { waitingMax: 7, waitMsMax: 3_000 } });
});

test("bounds that contradict each other are refused, and so is a service that is not there", () => {
  expect(() => Config.parse({ concurrency: { initial: 300 } })).toThrow("min ≤ initial ≤ max");
  expect(() => Config.parse({ queue: { wait: "2m" } })).toThrow("1ms to 60s");
  const gateway = Config.parse({ services: { shopp: { concurrency: 4 } } });
  const [mistake] = checkRoutes({ gateway, catalog: { services: { shop: {} } } });
  expect(mistake).toMatchObject({
    path: ["gateway", "services", "shopp"],
    what: 'there is no service "shopp"',
  });
});

test("a route hedges only when it says so, after its own usual time or a given one", () => {
  const hedgeOf = (hedge?: unknown) => {
    const config = Config.parse({ routes: [{ service: "shop", ...(hedge ? { hedge } : {}) }] });
    return gatewaySnapshotOf(config, [{ service: "shop", instances: [] }]).routes?.[0]?.hedge;
  };
  expect(hedgeOf()).toBeUndefined();
  expect(hedgeOf({})).toEqual({ shareMax: 0.05 });
  expect(hedgeOf({ after: "200ms", share: 0.1 })).toEqual({ afterMs: 200, shareMax: 0.1 });
  expect(() => hedgeOf({ share: 0.5 })).toThrow();
});
