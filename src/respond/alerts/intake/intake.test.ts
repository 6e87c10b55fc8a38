import { expect, test } from "bun:test";
import { testPorts } from "#kernel/testing";
import { Config, policyOf } from "../config.ts";
import { intakeHeader } from "./headers.ts";
import { Desk } from "./desk.ts";
import { outpostName, picture } from "./picture.ts";
import { startIntake } from "./start.ts";
import { intakeReport, type IntakeReport } from "./topics.ts";
import { started } from "../started.testing.ts";

const minuteMs = 60_000;

/** The outpost alone, with a control that can be away. */
async function alone() {
  const ports = testPorts();
  const config = Config.parse({});
  const { map } = Config.parse({ intakes: { a: { format: "generic", token: "x".repeat(16) } } })
    .intakes["a"] as Config["intakes"][string];
  const intake = { labels: {}, map };
  await ports.snapshots.put(picture, {
    policy: policyOf(config, {}),
    intakes: {
      prom: { ...intake, format: "alertmanager" },
      cron: { ...intake, format: "heartbeat", every: 5 * minuteMs },
    },
    ...{ resolveTimeoutMs: 5 * minuteMs, alertsMax: 1_000, silences: [], silenceTurns: 0 },
  });
  const running = startIntake(ports.outposts.open(outpostName, ports.stores));
  const told: string[] = [];
  const control = (): (() => void) =>
    ports.bus.serve(intakeReport.name, {
      request: async ({ body }) => {
        const report = body as IntakeReport;
        if (report.kind === "found")
          for (const { finding } of report.findings)
            if (finding.kind === "told") told.push(`${finding.as} ${finding.told.title}`);
        return "noted";
      },
    });
  const send = async (intakeName: string, path: string, body: unknown): Promise<Response> => {
    const sent = ports.outposts.pass(outpostName, path, {
      method: "POST",
      headers: { [intakeHeader]: intakeName },
      body: Buffer.from(JSON.stringify(body)),
    });
    await ports.clock.advance(50);
    return await sent;
  };
  const fire = (alertname: string): Promise<Response> =>
    send("prom", "/api/v2/alerts", [{ labels: { alertname } }]);
  return { ports, running, told, control, send, fire };
}

test("while control is away nobody can say anything: nothing ends and no heartbeat is missed until they could", async () => {
  const { ports, running, told, control, send, fire } = await alone();
  const leave = control();
  await fire("Down");
  await send("cron", "/", {});
  await ports.clock.advance(minuteMs);
  expect(told).toEqual(["opened Down"]);
  leave();
  await ports.clock.advance(30 * minuteMs);
  const back = control();
  await ports.clock.advance(4 * minuteMs);
  expect(told).toEqual(["opened Down"]);
  await ports.clock.advance(10 * minuteMs);
  expect(told.toSorted()).toEqual([
    "closed Down",
    "opened Down",
    "opened Nothing was heard of cron",
  ]);
  back();
  await running.close();
}, 20_000);

test("a full disk refuses with when to come again, and takes what comes then", async () => {
  const { ports, running, fire } = await alone();
  ports.stores.fail("full");
  const refused = await fire("Down");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(running.desk()?.board.entries.size).toBe(0);
  expect((await fire("Down")).status).toBe(200);
  expect(running.desk()?.board.entries.size).toBe(1);
  await running.close();
});

test("what could not be told because of a full disk is told when there is room, once", async () => {
  const { castor, fire, ports } = await started({ config: { route: { wait: "10s" } } });
  await using _ = castor;
  await fire({ alertname: "Down" });
  await castor.advance(8_000);
  ports.stores.fail("full", "full", "full");
  await castor.advance(minuteMs);
  expect(castor.types().filter((type) => type === "alerts.group-opened")).toHaveLength(1);
});

test("so many alerts may wait for the disk, and more are to come again", async () => {
  const ports = testPorts();
  const desk = new Desk(ports.stores, policyOf(Config.parse({}), {}), ports.clock.now());
  const many = (from: number) =>
    Array.from({ length: 30_000 }, (_, n) => ({
      ...{ fingerprint: String(from + n), labels: { alertname: `A${from + n}` }, annotations: {} },
      ...{ startsAt: 0, endsAt: Infinity, updatedAt: 0, generatorURL: "", isTimeout: false },
    }));
  const first = desk.receive(many(0), 0);
  await expect(desk.receive(many(30_000), 0)).rejects.toThrow("wait for the disk");
  await ports.clock.advance(10);
  await first;
  expect(desk.board.entries.size).toBe(30_000);
}, 20_000);
