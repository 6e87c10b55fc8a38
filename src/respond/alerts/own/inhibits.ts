import { isPublicAddress, type Read } from "#kernel";
import { targets } from "../../../run/catalog/contract.ts";
import type { Matcher } from "../contract.ts";
import type { InhibitRule } from "../model/inhibit.ts";
import { probeAlert } from "./probe-sources.ts";
import { uplinkAlert } from "./sources.ts";

const isAddress = (host: string): boolean => /^[\d.]+$|:/.test(host);
/** What Castor reaches over its uplink: names may lead anywhere. */
const isFar = (host: string): boolean =>
  isAddress(host) ? isPublicAddress(host) : host.toLowerCase() !== "localhost";

/** The same for matchers: `isPublicAddress` where people have hosts, as an expression; so plain that no engine is loaded for it. */
const near = [
  ...["localhost", "::1", "f[cd][0-9a-f][0-9a-f]:.*", "fe[89ab][0-9a-f]:.*"],
  ...[
    ...["127", "10", String.raw`192\.168`, String.raw`169\.254`],
    ...["1[6-9]", "2[0-9]", "3[01]"].map((second) => String.raw`172\.${second}`),
    ...["6[4-9]", "[7-9][0-9]", "1[01][0-9]", "12[0-7]"].map(
      (second) => String.raw`100\.${second}`,
    ),
  ].map((net) => String.raw`${net}\.[0-9.]+`),
].join("|");
const is = (name: string, value: string): Matcher => ({
  name,
  value,
  isRegex: false,
  isEqual: true,
});
const named = (...names: string[]): Matcher[] => [
  { name: "alertname", value: names.join("|"), isRegex: true, isEqual: true },
];

/** Of what Castor says of itself, what follows from what: the cause pages. */
const consequences: readonly InhibitRule[] = [
  {
    source: named("InstanceCrashLooping"),
    target: named("InstanceUnhealthy"),
    equal: ["service", "instance"],
  },
  {
    source: named("BreakerOpen"),
    target: named(
      ...[probeAlert, "UnderPressure", "LadderStepFailed", "ErrorSpikes", "ErrorGrows"],
      ...["ErrorsOfServiceSpike", "ErrorsOfServiceGrow"],
    ),
    equal: ["service"],
  },
  {
    source: named(uplinkAlert),
    target: [...named(probeAlert), { name: "host", value: near, isRegex: true, isEqual: false }],
    equal: [],
  },
];

/** What of Castor's own alerts wakes nobody; while Castor is cut off, what it says of what is elsewhere: it cannot see that. */
export async function ownInhibits(read: Pick<Read, "ask">): Promise<InhibitRule[]> {
  const services = await read.ask(targets, {});
  const far = services.filter(({ instances }) => instances.some(({ host }) => isFar(host)));
  return [
    ...consequences,
    ...far.map(({ service }) => ({
      source: named(uplinkAlert),
      target: [...named("InstanceUnhealthy"), is("service", service)],
      equal: [],
    })),
  ];
}
