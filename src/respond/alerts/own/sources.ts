import { reactionParked, reactionRetried } from "#kernel";
import * as certificates from "../../../absorb/certificates/contract.ts";
import * as freeze from "../../../absorb/freeze/contract.ts";
import * as gateway from "../../../absorb/gateway/contract.ts";
import * as surge from "../../../absorb/surge/contract.ts";
import * as room from "../../../absorb/waiting-room/contract.ts";
import { configApplied, configRefused } from "../../../platform/settings/contract.ts";
import * as catalog from "../../../run/catalog/contract.ts";
import { gapAhead, gapClosed } from "../../on-call/contract.ts";
import * as errors from "../../../observe/errors/contract.ts";
import {
  changeReported,
  diskFilling,
  diskRoomy,
  ruleEnded,
  ruleFired,
  uplinkBack,
  uplinkLost,
} from "../contract.ts";
import { errorSources } from "./error-sources.ts";
import { liveSources } from "./live-sources.ts";
import { probeSources } from "./probe-sources.ts";
import { begin, end, type Source } from "./source.ts";

const minuteMs = 60_000;
const failedRenewalsMin = 3;

type OfInstance = { service: string; instance: string };
const ofInstance = ({ service, instance }: OfInstance): OfInstance => ({ service, instance });
type OfBreaker = { service: string; worker: string };
const ofBreaker = ({ service, worker }: OfBreaker): OfBreaker => ({ service, worker });

type OfChange = { intake: string; source?: string | undefined; service?: string | undefined };
/** One pipeline of one service: what goes well there ends what went wrong there. */
const ofChange = ({ intake, source = "", service = "" }: OfChange) => ({
  ...{ intake, source, service },
});

export const uplinkAlert = "UplinkLost";

/** Castor's own facts are senders like others: each line is an alert, the facts that open it and the facts that end it. */
export const sources: readonly Source[] = [
  {
    ...{ name: "InstanceUnhealthy", severity: "error" },
    begins: [
      begin(catalog.instanceUnhealthy, (d) => ({
        ...{ about: ofInstance(d), summary: `${d.instance} is not healthy: ${d.why}` },
      })),
    ],
    ends: [end(catalog.instanceHealthy, ofInstance), end(catalog.instanceWithdrawn, ofInstance)],
  },
  {
    ...{ name: "InstanceCrashLooping", severity: "critical" },
    begins: [
      begin(catalog.instanceCrashLooping, (d) => ({
        ...{ about: ofInstance(d), summary: `${d.instance} ends soon after each start: ${d.why}` },
      })),
    ],
    ends: [end(catalog.instanceHealthy, ofInstance), end(catalog.instanceWithdrawn, ofInstance)],
  },
  {
    ...{ name: "BreakerOpen", severity: "critical" },
    begins: [
      begin(gateway.breakerOpened, (d) => ({
        about: ofBreaker(d),
        summary: `${d.service} answers with errors: its breaker is open`,
      })),
    ],
    ends: [end(gateway.breakerClosed, ofBreaker)],
  },
  {
    ...{ name: "UnderPressure", severity: "warning" },
    begins: [
      begin(surge.climbed, (d) =>
        d.dryRun
          ? undefined
          : {
              about: { service: d.service },
              summary: `${d.service} has more visitors than it can carry`,
            },
      ),
    ],
    ends: [end(surge.descended, (d) => (d.to === "normal" ? { service: d.service } : undefined))],
  },
  {
    ...{ name: "LadderStepFailed", severity: "error" },
    begins: [
      begin(surge.rungFailed, (d) => ({
        about: { service: d.service, step: d.step },
        summary: surge.rungFailed.says(d),
        lastsMs: 30 * minuteMs,
      })),
    ],
    ends: [end(surge.descended, (d) => (d.to === "normal" ? { service: d.service } : undefined))],
  },
  {
    ...{ name: "PeopleWait", severity: "info" },
    begins: [
      begin(room.queueBegan, (d) => ({
        about: { room: d.room },
        summary: room.queueBegan.says(d),
      })),
    ],
    ends: [end(room.queueEnded, (d) => ({ room: d.room }))],
  },
  {
    ...{ name: "CertificateExpiring", severity: "error" },
    begins: [
      begin(certificates.expiring, (d) => ({
        about: { certificate: d.name },
        summary: `The certificate of ${d.name} ends soon and could not be renewed`,
      })),
      begin(gateway.certificateExpiring, (d) => ({
        about: { certificate: d.names[0] ?? d.cert },
        summary: gateway.certificateExpiring.says(d),
      })),
    ],
    ends: [
      end(certificates.issued, (d) => ({ certificate: d.name })),
      end(certificates.renewed, (d) => ({ certificate: d.name })),
      end(gateway.certificateLoaded, (d) => ({ certificate: d.names[0] ?? d.cert })),
    ],
  },
  {
    ...{ name: "CertificateNotRenewed", severity: "warning" },
    begins: [
      begin(certificates.failed, (d) =>
        d.attempt < failedRenewalsMin
          ? undefined
          : { about: { certificate: d.name }, summary: certificates.failed.says(d) },
      ),
    ],
    ends: [
      end(certificates.issued, (d) => ({ certificate: d.name })),
      end(certificates.renewed, (d) => ({ certificate: d.name })),
    ],
  },
  {
    ...{ name: "CertificateRefused", severity: "error" },
    begins: [
      begin(gateway.certificateRefused, (d) => ({
        about: { certificate: d.cert },
        summary: gateway.certificateRefused.says(d),
      })),
    ],
    ends: [end(gateway.certificateLoaded, (d) => ({ certificate: d.cert }))],
  },
  {
    ...{ name: "ConfigRefused", severity: "warning" },
    begins: [
      begin(configRefused, (d) => ({ about: { file: d.file }, summary: configRefused.says(d) })),
    ],
    ends: [end(configApplied, (d) => ({ file: d.file }))],
  },
  {
    ...{ name: "GatewayChangeRefused", severity: "error" },
    begins: [
      begin(gateway.pictureRefused, (d) => ({
        about: { worker: d.worker },
        summary: gateway.pictureRefused.says(d),
      })),
    ],
    ends: [
      end(gateway.workerStarted, (d) => ({ worker: d.worker })),
      end(gateway.routesChanged, () => ({})),
    ],
  },
  {
    // One that comes back within the group's wait wakes nobody.
    ...{ name: "GatewayWorkerAway", severity: "critical" },
    begins: [
      begin(gateway.workerExited, (d) => ({
        about: { worker: d.worker },
        summary: gateway.workerExited.says(d),
        lastsMs: 60 * minuteMs,
      })),
    ],
    ends: [end(gateway.workerStarted, (d) => ({ worker: d.worker }))],
  },
  {
    ...{ name: "SnapshotFailed", severity: "warning" },
    begins: [
      begin(freeze.snapshotFailed, (d) => ({
        about: { service: d.service },
        summary: freeze.snapshotFailed.says(d),
      })),
    ],
    ends: [end(freeze.snapshotTaken, (d) => ({ service: d.service }))],
  },
  {
    ...{ name: "ReactionParked", severity: "error" },
    begins: [
      begin(reactionParked, (d) => ({
        about: { reaction: d.reaction, position: String(d.position) },
        summary: reactionParked.says(d),
      })),
    ],
    ends: [
      end(reactionRetried, (d) =>
        d.worked ? { reaction: d.reaction, position: String(d.position) } : undefined,
      ),
    ],
  },
  {
    ...{ name: "NobodyOnCall", severity: "warning" },
    begins: [
      begin(gapAhead, (d) => ({
        about: { team: d.team, from: new Date(d.from).toISOString() },
        summary: gapAhead.says(d),
      })),
    ],
    ends: [end(gapClosed, (d) => ({ team: d.team, from: new Date(d.from).toISOString() }))],
  },
  {
    ...{ name: "DeployFailed", severity: "error" },
    begins: [
      begin(changeReported, (d) =>
        d.isFailed === true
          ? { about: ofChange(d), summary: changeReported.says(d), lastsMs: 4 * 60 * minuteMs }
          : undefined,
      ),
    ],
    ends: [
      end(changeReported, (d) => (d.isFailed === true ? undefined : ofChange(d))),
      end(errors.deployed, (d) => ({ service: d.project })),
    ],
  },
  {
    ...{ name: "DiskFilling", severity: "warning" },
    begins: [
      begin(diskFilling, (d) => ({
        about: {},
        summary: diskFilling.says(d),
        ...(d.level === "critical" ? { severity: "critical" as const } : {}),
      })),
    ],
    ends: [end(diskRoomy, () => ({}))],
  },
  {
    ...{ name: uplinkAlert, severity: "critical" },
    begins: [begin(uplinkLost, (d) => ({ about: {}, summary: uplinkLost.says(d) }))],
    ends: [end(uplinkBack, () => ({}))],
  },
  ...liveSources,
  ...errorSources,
  ...probeSources,
  {
    ...{ name: undefined, severity: "error" },
    begins: [
      begin(ruleFired, (d) => ({
        about: { ...d.labels },
        rule: d.rule,
        annotations: d.annotations,
        summary: d.annotations["summary"] ?? d.rule,
        since: d.since,
      })),
    ],
    ends: [end(ruleEnded, (d) => ({ ...d.labels }))],
  },
];

/** Every fact of the table, once. */
export const ownFacts = [
  ...new Set(sources.flatMap((each) => [...each.begins, ...each.ends].map(({ def }) => def))),
];
