import { expressionOf, type Read } from "#kernel";
import { targets } from "../../../run/catalog/contract.ts";
import type { Matcher } from "../contract.ts";
import type { InhibitRule } from "../model/inhibit.ts";
import { probeAlert } from "./probe-sources.ts";
import { uplinkAlert } from "./sources.ts";

/** Hosts of this machine and of private networks (RFC 1918, RFC 4193), which need no uplink; so plain that no engine is loaded for it. */
const near = [
  ...["localhost", String.raw`127\..*`, String.raw`10\..*`, String.raw`192\.168\..*`],
  ...["1[6-9]", "2[0-9]", "3[01]"].map((second) => String.raw`172\.${second}\..*`),
  ...["::1", "f[cd][0-9a-f][0-9a-f]:.*"],
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
  const far = services.filter(({ instances }) =>
    instances.some(({ host }) => !expressionOf(near).test(host.toLowerCase())),
  );
  return [
    ...consequences,
    ...far.map(({ service }) => ({
      source: named(uplinkAlert),
      target: [...named("InstanceUnhealthy"), is("service", service)],
      equal: [],
    })),
  ];
}
