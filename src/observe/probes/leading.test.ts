import { noNet, testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { settings } from "../../platform/settings/index.ts";
import type { Tried } from "./contract.ts";
import { probes } from "./index.ts";

/** Sites by name, which lead to others, in a network whose names lead elsewhere each time they are looked up; and who was reached. */
async function leadingAround(names: Record<string, string[]>, leads: Record<string, string>) {
  const reached: string[] = [];
  const resolve = (host: string): Promise<string[]> => {
    const [now = "", ...later] = names[host] ?? [];
    if (later.length > 0) names[host] = later;
    return Promise.resolve([now]);
  };
  const fetch = async (url: string, init?: RequestInit): Promise<Response> => {
    const { hostname } = new URL(url);
    reached.push(/^[\d.]+$/.test(hostname) ? hostname : ((await resolve(hostname))[0] ?? ""));
    const to = leads[new Headers(init?.headers).get("host") ?? hostname];
    return new Response("", to === undefined ? {} : { status: 302, headers: { location: to } });
  };
  const ports = testPorts();
  ports.net = { ...noNet, resolve, fetch };
  await using castor = await testCastor([settings, probes], { ports });
  const address = "http://shop.example/";
  const { says } = (await castor.act("probes.try", { address, follow: true })) as Tried;
  return { says, reached };
}
const outer = "93.184.216.34";
const secret = "169.254.169.254";
const refused = "it leads from the public network to an address inside";
for (const [what, names, leads, expected] of [
  [
    "cannot make Castor look inside",
    { "shop.example": [outer], inner: ["10.0.0.5"] },
    { "shop.example": "http://inner/admin" },
    { says: refused, reached: [outer] },
  ],
  [
    "cannot with a name that leads inside once it was looked at",
    { "shop.example": [outer], "rebinding.example": ["93.184.216.35", secret] },
    { "shop.example": "http://rebinding.example/", "rebinding.example": "/next" },
    { says: refused, reached: [outer, "93.184.216.35"] },
  ],
  [
    "is not asked where the name led inside when it was looked at",
    { "shop.example": ["10.0.0.5", outer] },
    {},
    { says: "it was answered 200 in 0 ms", reached: ["10.0.0.5"] },
  ],
  [
    "cannot because somebody inside leads to them",
    { "shop.example": ["10.0.0.5"], "elsewhere.example": [outer] },
    { "shop.example": "http://elsewhere.example/", "elsewhere.example": `http://${secret}/` },
    { says: refused, reached: ["10.0.0.5", outer] },
  ],
  [
    "may lead on outside",
    { "shop.example": [outer], "www.shop.example": [outer] },
    { "shop.example": "http://www.shop.example/" },
    { says: "it was answered 200 in 0 ms", reached: [outer, outer] },
  ],
] as [string, Record<string, string[]>, Record<string, string>, object][])
  test(`whoever answers outside ${what}`, async () => {
    expect(await leadingAround(names, leads)).toEqual(expected as never);
  });

test("a site inside may lead around, but not for ever", async () => {
  const { says, reached } = await leadingAround(
    { "shop.example": ["10.0.0.5"] },
    { "shop.example": "/next" },
  );
  expect(says).toContain("more than");
  expect(reached).toHaveLength(6);
});
