import { noNet, testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { settings } from "../../platform/settings/index.ts";
import { catalog } from "../../run/catalog/index.ts";
import { gatewayReport } from "./data-plane/messages.ts";
import { gateway } from "./index.ts";

const hour = 3_600_000;
const day = 24 * hour;

test("a certificate that nobody renews is told two weeks before it ends, once; a renewed one is not", async () => {
  const ports = testPorts({ net: noNet });
  const machine = { cores: 1, folder: "/srv", workerCommand: (id: string) => ["castor", id] };
  await using castor = await testCastor([settings, catalog, gateway], {
    ports,
    equipment: { machine },
  });
  await castor.advance(1_000);
  const start = castor.clock.now();
  let told = 0;
  const loaded = async (cert: string, expiresAt: number, worker = "gateway-1"): Promise<void> => {
    const fact = { what: "certificate-loaded" as const, worker, cert, names: ["a.example"] };
    const whole = { ...fact, expiresAt, isKeyOpen: false };
    const report = { kind: "fact" as const, id: `life/${++told}`, fact: whole };
    await ports.bus.request(gatewayReport.name, report, { timeoutMs: 1_000 });
  };
  const ends = start + 14 * day + 2 * hour;
  await loaded("/srv/old.crt", ends);
  await loaded("/srv/renewed.crt", ends);
  await castor.advance(hour);
  await loaded("/srv/renewed.crt", ends + 60 * day);
  await loaded("/srv/old.crt", ends, "gateway-2");
  await castor.advance(3 * hour);
  const said = castor.facts().filter(({ event }) => event.type === "gateway.certificate-expiring");
  expect(said.map(({ event }) => event.data)).toEqual([
    { cert: "/srv/old.crt", names: ["a.example"], expiresAt: ends },
  ]);
});
