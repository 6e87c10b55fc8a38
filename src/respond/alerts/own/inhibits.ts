import type { Read } from "#kernel";
import { targets } from "../../../run/catalog/contract.ts";
import type { Matcher } from "../contract.ts";
import type { InhibitRule } from "../model/inhibit.ts";
import { uplinkAlert } from "./sources.ts";

const near = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd])/i;
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
      ...["UnderPressure", "LadderStepFailed", "ErrorSpikes", "ErrorGrows"],
      ...["ErrorsOfServiceSpike", "ErrorsOfServiceGrow"],
    ),
    equal: ["service"],
  },
];

/** What of Castor's own alerts wakes nobody; while Castor is cut off, what it says of instances elsewhere: it cannot see them. */
export async function ownInhibits(read: Pick<Read, "ask">): Promise<InhibitRule[]> {
  const services = await read.ask(targets, {});
  const far = services.filter(({ instances }) => instances.some(({ host }) => !near.test(host)));
  return [
    ...consequences,
    ...far.map(({ service }) => ({
      source: named(uplinkAlert),
      target: [...named("InstanceUnhealthy"), is("service", service)],
      equal: [],
    })),
  ];
}
