import { httpApi, testAuth, testCastor, testPorts } from "#kernel/testing";
import { capability, type Effects, type Net } from "#kernel";
import * as z from "zod";
import { log } from "../../platform/log/index.ts";
import { mail } from "../../platform/mail/index.ts";
import { people } from "../../platform/people/index.ts";
import { privacy } from "../../platform/privacy/index.ts";
import { push } from "../../platform/push/index.ts";
import { settings } from "../../platform/settings/index.ts";
import { issue, issueSpiked } from "../../observe/errors/contract.ts";
import {
  acknowledged,
  changeReported,
  groupChanged,
  groupClosed,
  groupOpened,
} from "../alerts/contract.ts";
import { acknowledged as pageAcknowledged } from "../paging/contract.ts";
import { incidents } from "../incidents/index.ts";
import type { Config } from "./config.ts";
import { now } from "./contract.ts";
import { statusPage } from "./index.ts";
import { memoryPlaces } from "./publish/memory.testing.ts";

export const minuteMs = 60_000;
/** Stand for the capabilities of those names, which incidents hear. */
const stubs = [
  capability({
    ...{ id: "alerts", about: "", config: z.object({}) },
    emits: [groupOpened, groupChanged, groupClosed, acknowledged, changeReported],
  }),
  capability({ ...{ id: "paging", about: "", config: z.object({}) }, emits: [pageAcknowledged] }),
  capability({
    ...{ id: "errors", about: "", config: z.object({}), emits: [issueSpiked] },
    answers: [{ query: issue as never, reply: () => ({ issue: null }) }],
  }),
];
const config = {
  ...{ title: "Example shop", url: "https://status.shop.example", zone: "Europe/Paris" },
  languages: ["en", "fr"],
  groups: { public: "For everybody" },
  components: {
    shop: { name: { en: "Shop", fr: "Boutique" }, service: "shop", group: "public" },
    api: { name: "API", description: "For <partners> & friends" },
  },
};

type Letter = {
  to: string;
  subject: string;
  text: string;
  messageId: string;
  unsubscribe?: string;
};
/** A mail server that takes letters, and knows nobody at the addresses that are `gone`. */
function memoryPost() {
  const letters: Letter[] = [];
  const gone = new Set<string>();
  const hand = (letter: Letter) => {
    const isThere = !gone.has(letter.to);
    if (isThere) letters.push(letter);
    return Promise.resolve(
      isThere
        ? { kind: "taken", said: "250 ok" }
        : { kind: "never", said: "550 no such mailbox", isAddress: true },
    );
  };
  const open = () =>
    office.isAway
      ? Promise.reject(new Error("connect ECONNREFUSED"))
      : Promise.resolve({ hand, close: () => {} });
  const equipment = { post: { open }, readTrust: () => "" };
  const office = { letters, gone, isAway: false, equipment };
  return office;
}

/** A Castor with a page of two components, read over HTTP, on virtual time. */
export async function page(
  of: object = {},
  world: { net?: Net; push?: object; places?: ReturnType<typeof memoryPlaces> } = {},
) {
  const ports = testPorts(world.net ? { net: world.net } : {});
  const auth = testAuth({ clock: ports.clock });
  const places = world.places ?? memoryPlaces();
  const postOffice = memoryPost();
  const castor = await testCastor(
    [log, settings, people, privacy, mail, push, ...stubs, incidents, statusPage],
    {
      ports,
      equipment: {
        auth,
        sealer: ports.sealer,
        "status-page": places.equipment,
        mail: postOffice.equipment,
      },
      config: {
        push: world.push ?? {},
        // A mail server that is looked at each second of virtual time, where letters matter.
        mail:
          "subscribe" in of
            ? { smtp: { host: "smtp.shop.example" }, from: "status@shop.example" }
            : {},
        "status-page": { ...config, ...of },
      },
    },
  );
  await castor.advance(1_000);
  const run = async (verb: string, input: object) => {
    const done = await castor.run(`status-page.${verb}`, input);
    await castor.advance(10_000);
    return done;
  };
  const api = httpApi({ castor: castor.castor, auth });
  const ask = async (path: string, init: RequestInit, from = "192.0.2.1"): Promise<Response> => {
    const asking = api(new Request(`http://castor/status${path}`, init), from);
    await castor.advance(10);
    return await asking;
  };
  const get = (path: string, headers = {}): Promise<Response> => ask(path, { headers });
  /** As a browser sends a form. */
  const send = (path: string, form: object, from?: string): Promise<Response> =>
    ask(path, { method: "POST", body: new URLSearchParams(form as Record<string, string>) }, from);
  /** What the capability itself may read. */
  const read = () =>
    castor.castor.effects(statusPage, {
      actor: { kind: "system", id: "tester" },
    }) as Effects<Config>;
  const picture = () => castor.ask(now, {});
  const thread = async () => (await picture()).incidents[0]?.thread ?? "";
  return { castor, ports, places, postOffice, run, get, send, read, picture, thread };
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
