import { expect, test } from "bun:test";
import { webhookHeaders } from "#kernel";
import {
  memoryDisk,
  noNet,
  openMemoryLog,
  testAuth,
  testCastor,
  testPorts,
  type TestPorts,
} from "#kernel/testing";
import { projectSilent } from "../contract.ts";
import { anError, inbox, slices } from "../inbox.testing.ts";
import { errors } from "../index.ts";
import { AlertRule, matches } from "./rules.ts";

const secret = "a secret of sixteen or more";
const rule = { url: "http://receiver.test/hook", secret };
type Sent = { url: string; body: string; headers: Record<string, string> };

/** A receiver that is away until told otherwise. */
function receiver() {
  const state = { isUp: false, tries: 0, got: [] as Sent[] };
  const fetch = (url: string, init: RequestInit = {}): Promise<Response> => {
    state.tries++;
    if (!state.isUp) return Promise.resolve(new Response("no", { status: 503 }));
    const headers = init.headers as Record<string, string>;
    state.got.push({ url, body: String(init.body), headers });
    return Promise.resolve(new Response("ok"));
  };
  return { state, fetch };
}

test("a new error reaches the receiver once, signed, also when that was away for a while", async () => {
  const { state, fetch } = receiver();
  await using world = await inbox({ config: { alerts: { team: rule } }, fetch });
  await world.store(anError("Known", "a"));
  await world.castor.advance(20_000);
  expect(state.tries).toBeGreaterThan(2);
  state.isUp = true;
  await world.castor.advance(60_000);
  expect(state.got).toHaveLength(1);
  const [sent] = state.got;
  const body = sent?.body ?? "";
  expect(JSON.parse(body)).toMatchObject({
    type: "errors.created",
    project: "shop",
    error: { issue: "shop-1" },
  });
  const { "webhook-id": id = "", "webhook-timestamp": seconds } = sent?.headers ?? {};
  expect(sent?.headers).toEqual(webhookHeaders(body, { id, at: Number(seconds) * 1_000, secret }));
});

test("what waits for a receiver survives a kill of everything, and arrives once", async () => {
  const { state, fetch } = receiver();
  const first = testPorts({ net: { ...noNet, fetch } });
  const { clock, stores, net } = first;
  const disk = memoryDisk();
  const start = (ports: TestPorts) => {
    const log = openMemoryLog({ clock, disk });
    const machine = { folder: "/srv", outpostCommand: (name: string) => ["castor", name] };
    const configuration = { file: "castor.yaml", values: () => [] };
    const equipment = { machine, configuration, auth: testAuth({ clock }) };
    const config = { errors: { alerts: { team: rule } } };
    return testCastor(slices, { ports: { ...ports, log }, equipment, config });
  };
  {
    await using castor = await start(first);
    const fx = castor.castor.effects(errors, { actor: { kind: "system", id: "test" } });
    await fx.record("watch/shop", [
      projectSilent({ project: "shop", at: 0, expected: 9, chance: 1e-9 }),
    ]);
    await castor.advance(5_000);
    expect(state.tries).toBeGreaterThan(0);
    stores.crash();
  }
  state.isUp = true;
  await using castor = await start({ ...testPorts({ clock, net }), stores });
  await castor.advance(60_000);
  expect(state.got.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual([
    "errors.project-silent",
  ]);
});

test("a rule tells only what it is for", () => {
  const of = AlertRule.parse({ ...rule, services: ["shop"], levels: ["fatal"], on: ["spiked"] });
  const spiked = { occasion: "spiked", project: "shop", level: "fatal" } as const;
  expect(matches(of, spiked)).toBe(true);
  expect(matches(of, { ...spiked, project: "blog" })).toBe(false);
  expect(matches(of, { ...spiked, level: "warning" })).toBe(false);
  expect(matches(of, { ...spiked, occasion: "new" })).toBe(false);
});
