import { type Effects, on, type Reaction } from "#kernel";
import { expiring, issued, renewed } from "../../absorb/certificates/contract.ts";
import { breakerClosed, breakerOpened } from "../../absorb/gateway/contract.ts";
import { climbed, descended } from "../../absorb/surge/contract.ts";
import {
  instanceCrashLooping,
  instanceHealthy,
  instanceUnhealthy,
  instanceWithdrawn,
} from "../../run/catalog/contract.ts";
import { gapAhead, gapClosed } from "../on-call/contract.ts";
import type { Config } from "./config.ts";
import { begins, ends } from "./intake/say.ts";

type Labels = Record<string, string>;

const beginsWith = (
  fx: Effects<Config>,
  at: number,
  labels: Labels,
  summary: string,
): Promise<void> => begins(fx, { at, labels, annotations: { summary } });

const unhealthy = (service: string, instance: string): Labels => ({
  ...{ alertname: "InstanceUnhealthy", service, instance, severity: "error" },
});
const crashing = (service: string, instance: string): Labels => ({
  ...{ alertname: "InstanceCrashLooping", service, instance, severity: "critical" },
});
const rested = (service: string, worker: string): Labels => ({
  ...{ alertname: "BreakerOpen", service, worker, severity: "critical" },
});
const climbing = (service: string): Labels => ({
  ...{ alertname: "UnderPressure", service, severity: "warning" },
});
const ending = (certificate: string): Labels => ({
  ...{ alertname: "CertificateExpiring", certificate, severity: "error" },
});

const lacking = (team: string, from: number): Labels => ({
  ...{ alertname: "NobodyOnCall", team, from: new Date(from).toISOString(), severity: "warning" },
});

/** What Castor's own sources say. */
export const ownFacts = [
  ...[instanceUnhealthy, instanceCrashLooping, instanceHealthy, instanceWithdrawn],
  ...[breakerOpened, breakerClosed, climbed, descended, expiring, issued, renewed],
  ...[gapAhead, gapClosed],
] as const;

/** Castor's own facts are senders like others: what they say is wrong is an alert until they say it is over. */
export const ownSources: readonly Reaction[] = [
  on(
    "alerts.own.unhealthy",
    instanceUnhealthy,
    async ({ event: { data }, at }, fx: Effects<Config>) =>
      beginsWith(
        fx,
        at,
        unhealthy(data.service, data.instance),
        `${data.instance} is not healthy: ${data.why}`,
      ),
  ),
  on(
    "alerts.own.crash-looping",
    instanceCrashLooping,
    async ({ event: { data }, at }, fx: Effects<Config>) =>
      beginsWith(
        fx,
        at,
        crashing(data.service, data.instance),
        `${data.instance} ends soon after each start: ${data.why}`,
      ),
  ),
  on(
    "alerts.own.healthy",
    instanceHealthy,
    async ({ event: { data }, at }, fx: Effects<Config>) => {
      await ends(fx, { at, labels: unhealthy(data.service, data.instance) });
      await ends(fx, { at, labels: crashing(data.service, data.instance) });
    },
  ),
  on(
    "alerts.own.withdrawn",
    instanceWithdrawn,
    async ({ event: { data }, at }, fx: Effects<Config>) => {
      await ends(fx, { at, labels: unhealthy(data.service, data.instance) });
      await ends(fx, { at, labels: crashing(data.service, data.instance) });
    },
  ),
  on(
    "alerts.own.breaker-opened",
    breakerOpened,
    async ({ event: { data }, at }, fx: Effects<Config>) =>
      beginsWith(
        fx,
        at,
        rested(data.service, data.worker),
        `${data.service} answers with errors: its breaker is open`,
      ),
  ),
  on(
    "alerts.own.breaker-closed",
    breakerClosed,
    async ({ event: { data }, at }, fx: Effects<Config>) =>
      ends(fx, { at, labels: rested(data.service, data.worker) }),
  ),
  on("alerts.own.climbed", climbed, async ({ event: { data }, at }, fx: Effects<Config>) => {
    if (!data.dryRun)
      await beginsWith(
        fx,
        at,
        climbing(data.service),
        `${data.service} has more visitors than it can carry`,
      );
  }),
  on("alerts.own.descended", descended, async ({ event: { data }, at }, fx: Effects<Config>) => {
    if (data.to === "normal") await ends(fx, { at, labels: climbing(data.service) });
  }),
  on("alerts.own.certificate", expiring, async ({ event: { data }, at }, fx: Effects<Config>) =>
    beginsWith(
      fx,
      at,
      ending(data.name),
      `The certificate of ${data.name} ends soon and could not be renewed`,
    ),
  ),
  on("alerts.own.gap-ahead", gapAhead, async ({ event, at }, fx: Effects<Config>) =>
    beginsWith(fx, at, lacking(event.data.team, event.data.from), gapAhead.says(event.data)),
  ),
  on("alerts.own.gap-closed", gapClosed, async ({ event, at }, fx: Effects<Config>) =>
    ends(fx, { at, labels: lacking(event.data.team, event.data.from) }),
  ),
  ...[issued, renewed].map((def) =>
    on(`alerts.own.${def.type}`, def, async ({ event: { data }, at }, fx: Effects<Config>) => {
      for (const name of data.names) await ends(fx, { at, labels: ending(name) });
    }),
  ),
];
