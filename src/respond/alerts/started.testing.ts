import { answer, capability, type Capability } from "#kernel";
import * as z from "zod";
import { httpApi, testAuth, testCastor, type TestCastor, testPorts } from "#kernel/testing";
import {
  dependencies,
  instancePlaced,
  serviceChanged,
  serviceWithdrawn,
  targets,
} from "../../run/catalog/contract.ts";
import { settings } from "../../platform/settings/index.ts";
import type { GroupTold } from "./contract.ts";
import { alerts } from "./index.ts";
import { ownFacts } from "./own/sources.ts";
import { outpostName } from "./intake/picture.ts";
import { startIntake } from "./intake/start.ts";

export const token = "a-token-of-a-test";
export const minuteMs = 60_000;
/** A way in for each format that other tools speak, but for the generic one, which is mapped. */
export const pagerKey = "r".repeat(32);
export const intakesOfTools = {
  pager: { format: "pagerduty", token: pagerKey },
  hook: { format: "alertmanager-webhook", token: "webhook-of-a-test" },
  grafana: { format: "grafana", token: "grafana-of-a-test" },
  kuma: { format: "kuma", token: "kuma-of-a-test-xx" },
  cron: { format: "heartbeat", token: "heartbeat-of-a-test", every: "10m" },
};

/** Those whose facts are alerts, without what they do. */
const real = ["alerts", "castor", "settings"];
const ids = new Set(ownFacts.map(({ type }) => type.split(".")[0] ?? ""));
/** An instance that Castor reaches over its uplink. */
const far = { id: "far-1", host: "93.184.216.34", port: 80, healthy: true, running: true };
const remote = [{ service: "far", instances: [far] }];
const sourcesWith = (dependsOn: Record<string, string[]>): Capability[] =>
  [...ids]
    .filter((id) => !real.includes(id))
    .map((id) =>
      capability({
        ...{ id, about: "A source of facts.", config: z.object({}) },
        emits: [...ownFacts, serviceChanged, instancePlaced, serviceWithdrawn].filter(({ type }) =>
          type.startsWith(`${id}.`),
        ),
        answers:
          id === "catalog"
            ? [answer(dependencies, () => dependsOn), answer(targets, () => remote)]
            : [],
      }),
    );

type TestPorts = ReturnType<typeof testPorts>;
/** What ends with a process is another's in the next life. */
function revived(ports: TestPorts): TestPorts {
  const { bus, snapshots, outposts } = testPorts({ clock: ports.clock });
  return { ...ports, bus, snapshots, outposts };
}

/** A whole Castor with one intake for Prometheus, on virtual time. */
export async function started(
  of: {
    config?: object;
    intakes?: object;
    ports?: TestPorts;
    dependsOn?: Record<string, string[]>;
  } = {},
) {
  const ports = of.ports ? revived(of.ports) : testPorts();
  const intakes = { prom: { format: "alertmanager", token } };
  const config = { alerts: { ...of.config, intakes: { ...intakes, ...of.intakes } } };
  const machine = { outpostCommand: (name: string) => ["castor", name] };
  const equipment = { machine };
  const running = await testCastor([settings, ...sourcesWith(of.dependsOn ?? {}), alerts], {
    ...{ ports, config, equipment },
  });
  await running.advance(50);
  const intake = startIntake(ports.outposts.open(outpostName, ports.stores));
  let isKilled = false;
  /** As a power cut: what was not answered may be lost, and nothing more is written. */
  const kill = async (): Promise<void> => {
    isKilled = true;
    ports.stores.crash();
    void intake.close();
    await running[Symbol.asyncDispose]();
  };
  const castor = Object.assign(Object.create(running) as TestCastor, {
    [Symbol.asyncDispose]: async () => {
      if (!isKilled) await intake.close();
      await running[Symbol.asyncDispose]();
    },
  });
  const api = httpApi({ castor: castor.castor, auth: testAuth({ clock: ports.clock }) });
  const ask = async (path: string, init?: RequestInit, key = token): Promise<Response> => {
    const asking = api(
      new Request(`http://castor/in/alertmanager/${key}${path}`, init),
      "127.0.0.1",
    );
    await castor.advance(50);
    return await asking;
  };
  const send = async (path: string, body?: unknown, init: RequestInit = {}): Promise<Response> => {
    const request = new Request(`http://castor/in/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      ...init,
    });
    const asking = api(request, "127.0.0.1");
    await castor.advance(50);
    return await asking;
  };
  const fire = (labels: object, more: object = {}): Promise<Response> =>
    ask("/api/v2/alerts", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([{ labels, ...more }]),
    });
  const iso = (fromNowMs: number): string => new Date(ports.clock.now() + fromNowMs).toISOString();
  return { castor, ports, intake, kill, ask, send, fire, iso };
}

/** What was told of groups, in order. */
export const told = (castor: TestCastor): [string, GroupTold][] =>
  castor
    .facts()
    .filter(({ event }) => event.type.startsWith("alerts.group-"))
    .map(({ event }) => [event.type.slice("alerts.group-".length), event.data as GroupTold]);
export const kinds = (castor: TestCastor): string[] =>
  told(castor).map(([kind, { why }]) => `${kind} ${why}`);
