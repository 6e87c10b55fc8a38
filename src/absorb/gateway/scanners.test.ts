import { testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { settings } from "../../platform/settings/index.ts";
import { catalog } from "../../run/catalog/index.ts";
import { scanners } from "./contract.ts";
import { admissionCluster } from "./data-plane/admission/messages.ts";
import { gatewayReport } from "./data-plane/messages.ts";
import { gatewaySnapshot } from "./data-plane/snapshot.ts";
import { gateway } from "./index.ts";
import { Config } from "./route.ts";

const mark = {
  ...{ caller: "c1", address: "198.51.100.7", why: "decoy" as const, paths: ["/.env"] },
  ...{ at: 1_000, until: 301_000 },
};

async function control() {
  const ports = testPorts();
  const castor = await testCastor([settings, catalog, gateway], {
    ports,
    config: {
      catalog: { services: { site: { url: "http://127.0.0.1:2368", health: false } } },
      gateway: {
        workers: 2,
        scanners: { mode: "on", decoys: ["/Old-Shop"], never: ["10.0.0.0/8"] },
      },
    },
    equipment: { machine: { cores: 2, folder: "/srv", workerCommand: (id: string) => [id] } },
  });
  await castor.advance(1_000);
  return { castor, ports };
}
/** A worker that holds these marks. */
function worker(ports: ReturnType<typeof testPorts>, name: string, marks: (typeof mark)[]): void {
  ports.bus.serve(admissionCluster.name, {
    request: async ({ body }) => {
      const asked = admissionCluster.schema.parse(body);
      if (asked.do === "list-marks") return { worker: name, marks };
      const found = marks.filter(({ address }) => address === asked.address);
      for (const each of found) marks.splice(marks.indexOf(each), 1);
      return { worker: name, marks: found };
    },
  });
}

test("workers are told whom to look for; scanners are left alone unless asked otherwise", async () => {
  const { castor, ports } = await control();
  await using _ = castor;
  const told = ports.snapshots.get(gatewaySnapshot)?.value.scanners;
  expect(told).toMatchObject({ mode: "on", distinctPaths: 10, withinMs: 10_000, outMs: 300_000 });
  expect(told?.decoys).toContain("/wp-login.php");
  expect(told?.decoys).toContain("/old-shop");
  expect(Config.parse({}).scanners.mode).toBe("off");
  for (const wrong of [{ decoys: ["/"] }, { never: ["example.org"] }, { distinctPaths: 1 }])
    expect(Config.safeParse({ scanners: wrong }).success).toBe(false);
});

test("who is marked can be asked: once each, with the workers that hold the mark", async () => {
  const { castor, ports } = await control();
  await using _ = castor;
  worker(ports, "gateway-1", [mark]);
  worker(ports, "gateway-2", [mark]);
  const { caller: _caller, until: endsAt, ...shown } = mark;
  expect((await castor.ask(scanners, {})).marked).toEqual([
    { ...shown, endsAt, workers: ["gateway-1", "gateway-2"] },
  ]);
});

test("a mark is a fact whose address can be erased", async () => {
  const { castor, ports } = await control();
  await using _ = castor;
  const fact = { what: "scanner-marked" as const, worker: "gateway-1", mark, dryRun: false };
  for (let told = 0; told < 2; told++)
    await ports.bus.request(
      gatewayReport.name,
      { kind: "fact", id: "gateway-1.x/1", fact },
      { timeoutMs: 1_000 },
    );
  const [marked, ...more] = castor.facts().filter(({ stream }) => stream.includes("scanners/"));
  expect(more).toEqual([]);
  expect(castor.castor.facts.says(marked?.event ?? { type: "", data: {} })).toBe(
    "198.51.100.7 is refused as a scanner for 300 s: asked for /.env",
  );
});

test("a mark is taken away at every worker and that is remembered; where there is none, it is said", async () => {
  const { castor, ports } = await control();
  await using _ = castor;
  worker(ports, "gateway-1", [mark]);
  worker(ports, "gateway-2", [mark]);
  expect(await castor.act("gateway.unmark", { address: mark.address })).toEqual({
    address: mark.address,
    workers: ["gateway-1", "gateway-2"],
  });
  expect(castor.types().filter((type) => type === "gateway.scanner-unmarked")).toHaveLength(1);
  expect(await castor.act("gateway.unmark", { address: mark.address })).toMatchObject({
    refused: true,
    problem: { type: "gateway.not-marked" },
  });
});
