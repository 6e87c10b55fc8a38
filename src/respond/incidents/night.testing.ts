import { capability, type Effects } from "#kernel";
import { type TestCastor, testCastor, type TestPorts, testPorts } from "#kernel/testing";
import * as z from "zod";
import { issue, issueSpiked } from "../../observe/errors/contract.ts";
import { log } from "../../platform/log/index.ts";
import {
  acknowledged,
  changeReported,
  groupChanged,
  groupClosed,
  groupOpened,
  type GroupTold,
} from "../alerts/contract.ts";
import { type Incident, one } from "./contract.ts";
import { incidents } from "./index.ts";

/** Stand for the capabilities of those names: what they say is what counts here. */
const [alerts, errors] = [
  capability({
    ...{ id: "alerts", about: "", config: z.object({}) },
    emits: [groupOpened, groupChanged, groupClosed, acknowledged, changeReported],
  }),
  capability({
    ...{ id: "errors", about: "", config: z.object({}) },
    emits: [issueSpiked],
    answers: [
      {
        query: issue as never,
        reply: () => ({ issue: { type: "TypeError", value: "no amount", project: "shop" } }),
      },
    ],
  }),
] as const;

export const group = (of: Partial<GroupTold>): GroupTold => ({
  ...{ group: "g1", key: "{}", receiver: "page", severity: "critical", title: "The shop is down" },
  ...{ labels: {}, annotations: {}, service: "shop", firing: 1, resolved: 0 },
  ...{ since: 0, impact: ["blog"], alerts: [], why: "new", quiet: false },
  ...of,
});

type Night = {
  castor: TestCastor;
  ports: TestPorts;
  run(verb: string, input: object): Promise<unknown>;
  /** Records facts of the others. */
  fx: Effects;
  incident(): Promise<Incident | null>;
};

/** A night in which the others say what the test wants. */
export async function night(config: object = {}, ports = testPorts()): Promise<Night> {
  const all = [log, errors, alerts, incidents];
  const castor = await testCastor(all, {
    ...{ ports, config: { incidents: config } },
    equipment: { sealer: ports.sealer },
  });
  return {
    castor,
    ports,
    run: async (verb, input) => {
      const done = await castor.run(`incidents.${verb}`, input);
      await castor.advance(100);
      return done;
    },
    fx: castor.castor.effects(alerts, { actor: { kind: "system", id: "test" } }),
    incident: async () => (await castor.ask(one, { incident: "inc-1" })).incident,
  };
}
