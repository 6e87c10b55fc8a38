import { type Effects, on, type Reaction } from "#kernel";
import { issue, issueSpiked } from "../../observe/errors/contract.ts";
import { acknowledged, changeReported, groupOpened } from "../alerts/contract.ts";
import { book } from "./book.ts";
import type { Config } from "./config.ts";
import { declared, type Incident } from "./contract.ts";
import { isOver } from "./incident.ts";
import { goesOn, type Sign, shares, signs } from "./signs.ts";
import { commands } from "./verbs.ts";

const verb = (name: string) => {
  const found = commands.find((each) => each.name === name);
  if (!found) throw new Error(`There is no verb ${name}.`);
  return found;
};
const [declare, status, setTime] = [
  verb("incidents.declare"),
  verb("incidents.status"),
  verb("incidents.set-time"),
];
type Fx = Effects<Config>;

const titleCharsMax = 200;
/** Nobody types a time to the second: so near to the declaration it was not given. */
const givenMsMin = 2_000;

/** What goes on and is about this group: it came from it, or people declared it for the same service. */
const aboutGroup = (fx: Fx, group: string): Incident[] =>
  Object.values(fx.view(book)).filter(
    ({ origin, stage, mergedInto, services }) =>
      (!isOver(stage) &&
        mergedInto === undefined &&
        shares(services, fx.view(signs)[group]?.services ?? [])) ||
      (origin.kind === "alert" && origin.ref === group),
  );

async function seesTo(fx: Fx, group: string): Promise<void> {
  for (const { incident, stage } of aboutGroup(fx, group))
    if (stage === "triggered") await fx.run(status, { incident, to: "acknowledged" });
}

/** People declare when they notice; the alerts noticed before, and the log knows when. */
async function meetAlerts(fx: Fx, of: Incident): Promise<void> {
  const found = Object.values(fx.view(signs))
    .filter((each) => goesOn(each) && shares(each.services, of.services))
    .toSorted((a, b) => a.since - b.since);
  const [first] = found;
  if (!first) return;
  await takeTimes(fx, of, first);
  const seen = found.flatMap(({ acknowledgedAt }) => acknowledgedAt ?? []);
  if (seen.length === 0 || of.stage !== "triggered") return;
  const { incident } = of;
  await fx.run(status, { incident, to: "acknowledged" });
  const reason = "somebody saw to its page then";
  await fx.run(setTime, { incident, what: "acknowledged", at: Math.min(...seen), reason });
}

async function takeTimes(fx: Fx, { incident, times }: Incident, sign: Sign): Promise<void> {
  const { started, detected, declared: at } = times;
  const reason = `by the alerts: ${sign.title}`.slice(0, 300);
  if (at - started < givenMsMin && sign.since < started)
    await fx.run(setTime, { incident, what: "started", at: sign.since, reason });
  if (at - detected < givenMsMin && sign.openedAt < detected)
    await fx.run(setTime, { incident, what: "detected", at: sign.openedAt, reason });
}

export const reactions: readonly Reaction[] = [
  on("incidents.from-alerts", groupOpened, async ({ event: { data }, at }, fx: Fx) => {
    const severity = fx.config.declareOn[data.severity];
    if (severity === undefined || data.quiet) return;
    const services = [...new Set([data.service ?? [], data.impact].flat())];
    await fx.run(declare, {
      ...{ title: data.title.slice(0, titleCharsMax), severity, services: services.slice(0, 50) },
      origin: { kind: "alert", ref: data.group },
      ...{ startedAt: Math.min(data.since, at), detectedAt: at },
    });
  }),
  on("incidents.from-spikes", issueSpiked, async ({ event: { data }, at }, fx: Fx) => {
    const severity = fx.config.declareOnSpike;
    if (severity === undefined) return;
    const known = await fx.ask(issue, { issue: data.issue, hours: 24 });
    const { type, value, project } = known.issue;
    await fx.run(declare, {
      title: `${type}${value === "" ? "" : `: ${value}`}`.slice(0, titleCharsMax).padEnd(3, "."),
      ...{ severity, services: [project] },
      // It may spike again another day: then it is another incident.
      origin: { kind: "error", ref: `${data.issue}@${data.evidence.at}` },
      ...{ startedAt: Math.min(data.evidence.at, at), detectedAt: at },
    });
  }),
  on("incidents.from-deploys", changeReported, async ({ event: { data }, at }, fx: Fx) => {
    const severity = fx.config.declareOnFailedDeploy;
    if (severity === undefined || data.isFailed !== true) return;
    const { service, summary, intake } = data;
    const what = service === undefined ? "A deploy" : `A deploy of ${service}`;
    await fx.run(declare, {
      title: `${what} failed: ${summary}`.slice(0, titleCharsMax),
      ...{ severity, services: service === undefined ? [] : [service] },
      origin: { kind: "deploy", ref: `${intake}@${data.at}` },
      ...{ startedAt: Math.min(data.at, at), detectedAt: at },
    });
  }),
  on("incidents.meets-alerts", declared, async ({ event: { data } }, fx: Fx) => {
    const found = fx.view(book)[data.incident];
    if (found && data.origin.kind === "person") await meetAlerts(fx, found);
  }),
  on("incidents.acknowledged", acknowledged, ({ event: { data } }, fx: Fx) =>
    seesTo(fx, data.group),
  ),
];
