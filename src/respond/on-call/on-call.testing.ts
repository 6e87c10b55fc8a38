import { testCastor, testPorts } from "#kernel/testing";
import { settings } from "../../platform/settings/index.ts";
import { now, timelineOf } from "./contract.ts";
import { onCall } from "./index.ts";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** A team whose members take a day each, handed over at midnight in UTC, from yesterday on. */
export async function team(members = ["ann", "ben"], more: object = {}) {
  const ports = testPorts();
  const startedAt = ports.clock.now();
  const start = `${new Date(startedAt - dayMs).toISOString().slice(0, 10)} 00:00`;
  const layers = members.length === 0 ? [] : [{ members, start, every: "1d" }];
  const config = { "on-call": { teams: { shop: { layers, ...more } } } };
  const castor = await testCastor([settings, onCall], { ports, config });
  await castor.advance(1_000);
  const who = async () => (await castor.ask(now, {})).teams[0]?.member;
  const shifts = async (from: number) =>
    (await castor.ask(timelineOf, { team: "shop", from, days: 3 })).shifts;
  const act = async (verb: string, input: object) => {
    const done = await castor.run(`on-call.${verb}`, { team: "shop", ...input });
    await castor.advance(100);
    return done;
  };
  return { castor, ports, who, shifts, act };
}
