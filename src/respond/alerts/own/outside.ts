import type { Read } from "#kernel";
import { targets } from "../../../run/catalog/contract.ts";
import type { InhibitRule } from "../model/inhibit.ts";
import { uplinkAlert } from "./sources.ts";

const near = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd])/i;
const is = (name: string, value: string) => ({ name, value, isRegex: false, isEqual: true });

/** While Castor is cut off, what it says of instances elsewhere wakes nobody: it is Castor that cannot see. */
export async function whileCutOff(read: Pick<Read, "ask">): Promise<InhibitRule[]> {
  const services = await read.ask(targets, {});
  return services
    .filter(({ instances }) => instances.some(({ host }) => !near.test(host)))
    .map(({ service }) => ({
      source: [is("alertname", uplinkAlert)],
      target: [is("alertname", "InstanceUnhealthy"), is("service", service)],
      equal: [],
    }));
}
