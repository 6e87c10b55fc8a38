import { noNet, type TestCastor, testCastor, type TestPorts, testPorts } from "#kernel/testing";
import { settings } from "../../platform/settings/index.ts";
import { catalog } from "../../run/catalog/index.ts";
import { cache } from "../cache/index.ts";
import { originAnswers, originTime, requests } from "../gateway/contract.ts";
import { gateway } from "../gateway/index.ts";
import { waitingRoom } from "../waiting-room/index.ts";
import { type Climb, type Descent, status } from "./contract.ts";
import { freezer } from "./freezer.testing.ts";
import { surge } from "./index.ts";

const equipment = {
  machine: { cores: 1, folder: "/srv", workerCommand: (id: string) => [id] },
};
export const net = {
  ...noNet,
  fetch: () => Promise.resolve(new Response("ok")),
  connect: () => Promise.resolve(),
};
export const byHand = { use: "by-hand" };
const configOf = (over: object, more: object) => ({
  catalog: { services: { shop: { url: "http://127.0.0.1:2368" } } },
  cache: { routes: [{ path: "/" }] },
  surge: { steps: { shed: byHand }, ...over },
  ...more,
});

type Of = { ports?: TestPorts; snapshot?: boolean; rooms?: object };

/** A shop behind the gateway whose figures the test makes up, second by second. */
export async function shop(over: object = {}, of: Of = {}) {
  const { ports = testPorts({ net }), snapshot = false, rooms = {} } = of;
  const slices = [settings, catalog, gateway, cache, freezer({ snapshot }), waitingRoom, surge];
  const castor = await testCastor(slices, {
    ports,
    config: configOf(over, { "waiting-room": { rooms } }),
    equipment,
  });
  await castor.advance(10_000);
  const visits = async (seconds: number, of: { good: number; bad?: number; ms?: number }) => {
    for (let second = 0; second < seconds; second++) {
      const { good, bad = 0, ms = 40 } = of;
      const { counters } = ports;
      const where = { route: "*/", service: "shop" };
      counters.add(requests, { ...where, class: "2xx" }, good);
      counters.add(requests, { ...where, class: "5xx" }, bad);
      counters.add(originTime, where, (good + bad) * ms);
      counters.add(originAnswers, where, good + bad);
      await castor.advance(1_000);
    }
  };
  /** As an edit of the file would. */
  const reconfigure = (changed: object): void => {
    const sections: Record<string, unknown> = configOf(changed, { "waiting-room": { rooms } });
    castor.castor.configure(
      Object.fromEntries(slices.map(({ id, config }) => [id, config.parse(sections[id] ?? {})])),
    );
  };
  return { castor, visits, reconfigure, [Symbol.asyncDispose]: () => castor.castor.stop() };
}
export const well = { good: 50 };
export const ill = { good: 30, bad: 20 };

export const movesOf = (castor: TestCastor) =>
  castor
    .facts()
    .filter(({ event }) => /^surge\.(climbed|descended)$/.test(event.type))
    .map(({ event, position }) => ({ ...(event.data as Climb & Descent), position }));
export const typesOf = (castor: TestCastor) =>
  castor.types().filter((type) => /^(surge|cache)\./.test(type));
export async function ladderNow(castor: TestCastor) {
  const asked = castor.ask(status, {});
  await castor.advance(1_000);
  return (await asked).ladders[0];
}
