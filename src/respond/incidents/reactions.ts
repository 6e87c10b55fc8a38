import { type Effects, on, type Reaction } from "#kernel";
import { acknowledged, groupOpened } from "../alerts/contract.ts";
import { book } from "./book.ts";
import type { Config } from "./config.ts";
import type { Incident } from "./contract.ts";
import { commands } from "./verbs.ts";

const verb = (name: string) => {
  const found = commands.find((each) => each.name === name);
  if (!found) throw new Error(`There is no verb ${name}.`);
  return found;
};
const [declare, status] = [verb("incidents.declare"), verb("incidents.status")];

const fromGroup = (fx: Effects<Config>, group: string): Incident | undefined =>
  Object.values(fx.view(book)).find(
    ({ origin }) => origin.kind === "alert" && origin.ref === group,
  );

export const reactions: readonly Reaction[] = [
  on("incidents.from-alerts", groupOpened, async ({ event: { data }, at }, fx: Effects<Config>) => {
    const severity = fx.config.declareOn[data.severity];
    if (severity === undefined || data.quiet) return;
    const services = [...new Set([data.service ?? [], data.impact].flat())];
    await fx.run(declare, {
      ...{ title: data.title.slice(0, 200), severity, services: services.slice(0, 50) },
      origin: { kind: "alert", ref: data.group },
      ...{ startedAt: Math.min(data.since, at), detectedAt: at },
    });
  }),
  on("incidents.acknowledged", acknowledged, async ({ event: { data } }, fx: Effects<Config>) => {
    const found = fromGroup(fx, data.group);
    if (found?.stage === "triggered")
      await fx.run(status, { incident: found.incident, to: "acknowledged" });
  }),
];
