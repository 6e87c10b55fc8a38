import type { Read } from "#kernel";
import { targets } from "../../../run/catalog/contract.ts";
import type { Matcher } from "../contract.ts";
import type { InhibitRule } from "../model/inhibit.ts";
import { isFar, overUplink } from "./far.ts";
import { probeAlert } from "./probe-sources.ts";
import { uplinkAlert } from "./sources.ts";

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
    target: [...named(probeAlert), is("via", overUplink)],
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
