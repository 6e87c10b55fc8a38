import { isPublicAddress } from "#kernel";
import { expect, test } from "bun:test";
import { matchesAll } from "../model/matcher.ts";
import { ownInhibits } from "./inhibits.ts";
import { probeAlert, probeSources } from "./probe-sources.ts";
import { uplinkAlert } from "./sources.ts";

/** What the alert of a failing probe is labelled with. */
function labelsOfProbe(host: string): Record<string, string> {
  const begins = probeSources.find(({ name }) => name === probeAlert)?.begins[0];
  const failed = { probe: "it", host, severity: "error", why: "" };
  return { alertname: probeAlert, ...begins?.says(failed)?.about };
}

/** Whether nothing is said of a probe of that host, and of a service there, while Castor is cut off. */
async function isUnsaid(host: string): Promise<[probe: boolean, service: boolean]> {
  const instances = [{ id: "a", host, port: 80, healthy: true, running: true }];
  const ask = <O>(): Promise<O> => Promise.resolve([{ service: "shop", instances }] as O);
  const rules = (await ownInhibits({ ask })).filter(({ source }) =>
    matchesAll(source, { alertname: uplinkAlert }),
  );
  const inhibits = (labels: Record<string, string>): boolean =>
    rules.some(({ target }) => matchesAll(target, labels));
  return [
    inhibits(labelsOfProbe(host)),
    inhibits({ alertname: "InstanceUnhealthy", service: "shop" }),
  ];
}

test.each([
  ...["127.0.0.1", "127.8.9.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fe80::1"],
  ...["172.15.0.1", "172.16.0.1", "172.29.0.1", "172.31.255.255", "172.32.0.1", "100.63.0.1"],
  ...["100.64.0.1", "100.99.0.1", "100.119.0.1", "100.127.0.1", "100.128.0.1", "192.169.0.1"],
  ...["fc00::1", "fd12:3::1", "feb0::1", "1.1.1.1", "11.0.0.1", "2606:4700::1111"],
])("while Castor is cut off it says of %s what the kernel calls near", async (host) =>
  expect(await isUnsaid(host)).toEqual([isPublicAddress(host), isPublicAddress(host)]),
);

test("a name may be far away, also one that begins like an address", async () => {
  for (const host of ["shop.example", "10.shop.example", "127.example", "fd12.example"])
    expect(await isUnsaid(host)).toEqual([true, true]);
  expect(await isUnsaid("localhost")).toEqual([false, false]);
});
