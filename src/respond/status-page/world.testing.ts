import { httpApi, testAuth, testCastor, testPorts } from "#kernel/testing";
import { capability } from "#kernel";
import * as z from "zod";
import { log } from "../../platform/log/index.ts";
import { settings } from "../../platform/settings/index.ts";
import { acknowledged, groupOpened } from "../alerts/contract.ts";
import { incidents } from "../incidents/index.ts";
import { now } from "./contract.ts";
import { statusPage } from "./index.ts";
import { memoryPlaces } from "./publish/memory.testing.ts";

export const minuteMs = 60_000;
/** Stands for the capability of that name. */
const told = capability({
  id: "alerts",
  about: "",
  config: z.object({}),
  emits: [groupOpened, acknowledged],
});
const config = {
  ...{ title: "Example shop", url: "https://status.shop.example", zone: "Europe/Paris" },
  languages: ["en", "fr"],
  groups: { public: "For everybody" },
  components: {
    shop: { name: { en: "Shop", fr: "Boutique" }, service: "shop", group: "public" },
    api: { name: "API", description: "For <partners> & friends" },
  },
};

/** A Castor with a page of two components, read over HTTP, on virtual time. */
export async function page(of: object = {}) {
  const ports = testPorts();
  const places = memoryPlaces();
  const castor = await testCastor([log, settings, told, incidents, statusPage], {
    ports,
    equipment: { "status-page": places.equipment },
    config: { "status-page": { ...config, ...of } },
  });
  await castor.advance(1_000);
  const run = async (verb: string, input: object) => {
    const done = await castor.run(`status-page.${verb}`, input);
    await castor.advance(10_000);
    return done;
  };
  const api = httpApi({ castor: castor.castor, auth: testAuth({ clock: ports.clock }) });
  const get = async (path: string, headers = {}): Promise<Response> => {
    const asking = api(new Request(`http://castor/status${path}`, { headers }), "127.0.0.1");
    await castor.advance(10);
    return await asking;
  };
  const picture = () => castor.ask(now, {});
  const thread = async () => (await picture()).incidents[0]?.thread ?? "";
  return { castor, ports, places, run, get, picture, thread };
}
type Page = Awaited<ReturnType<typeof page>>;

const open = {
  title: { en: "Nobody can pay", fr: "Paiement impossible" },
  text: "We look into it.",
};
export const post = (of: object) => ({ ...open, ...of });

/** Twelve states of the world, each reached from a quiet page. */
export const worlds: Record<string, (page: Page) => Promise<void>> = {
  quiet: async () => {},
  investigating: async ({ run }) =>
    void (await run("post", post({ components: { shop: "partial_outage" } }))),
  identified: async ({ run, thread }) => {
    await run("post", post({ components: { shop: "major_outage" } }));
    await run("post", { thread: await thread(), stage: "identified", text: "It is the database." });
  },
  monitoring: async ({ run, thread }) => {
    await run("post", post({ components: { shop: "major_outage" } }));
    await run("post", {
      thread: await thread(),
      stage: "monitoring",
      text: "Watching.",
      components: { shop: "operational" },
    });
  },
  resolved: async ({ run, thread }) => {
    await run("post", post({ components: { shop: "major_outage" } }));
    await run("post", { thread: await thread(), stage: "resolved", text: "Over." });
  },
  "post-mortem": async ({ run, thread }) => {
    await run("post", post({ components: { shop: "major_outage" } }));
    await run("post", { thread: await thread(), stage: "resolved", text: "Over." });
    await run("post", { thread: await thread(), stage: "postmortem", text: "What we learned." });
  },
  "everything out": async ({ run }) =>
    void (await run("post", post({ components: { shop: "major_outage", api: "major_outage" } }))),
  "two at once": async ({ run }) => {
    await run("post", post({ components: { shop: "partial_outage" } }));
    await run("post", post({ title: "API is slow", components: { api: "degraded_performance" } }));
  },
  "a notice": async ({ run }) => void (await run("post", post({ impact: "none" }))),
  "maintenance planned": async ({ run, ports }) =>
    void (await run("plan-maintenance", {
      ...{ title: "New disks", text: "A short break.", components: ["api"] },
      ...{ from: ports.clock.now() + 60 * minuteMs, to: ports.clock.now() + 120 * minuteMs },
    })),
  "maintenance under way": async (page) => {
    await worlds["maintenance planned"]?.(page);
    await page.castor.advance(61 * minuteMs);
  },
  "maintenance over": async (page) => {
    await worlds["maintenance planned"]?.(page);
    await page.castor.advance(121 * minuteMs);
  },
};
