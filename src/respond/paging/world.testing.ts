import { action, type Action, answer, capability, type Capability } from "#kernel";
import * as z from "zod";
import {
  httpApi,
  memoryDisk,
  type MemoryDisk,
  noNet,
  openMemoryLog,
  testAuth,
  testCastor,
  testPorts,
} from "#kernel/testing";
import { console as consoleCapability } from "../../platform/console/index.ts";
import {
  accepted as mailAccepted,
  delayed as mailDelayed,
  failed as mailFailed,
} from "../../platform/mail/contract.ts";
import { shown } from "../../platform/push/contract.ts";
import { list } from "../../platform/people/contract.ts";
import { privacy } from "../../platform/privacy/index.ts";
import { settings } from "../../platform/settings/index.ts";
import {
  acknowledged,
  groupChanged,
  groupClosed,
  groupOpened,
  type GroupTold,
  routed,
  whatChanged,
} from "../alerts/contract.ts";
import { onCall } from "../on-call/index.ts";
import { paging } from "./index.ts";
import { alertsReplay } from "./replay/told.testing.ts";
import { runbooks } from "./shelf.testing.ts";

export const minuteMs = 60_000;
const kinds = { opened: groupOpened, changed: groupChanged, closed: groupClosed };

/** Those whose facts and verbs paging leans on, without what they do. */
export const silences: { match: string[] }[] = [];
export const seenTo: { group: string; by: string }[] = [];
export const verdicts: { group: string; verdict: string; because: string }[] = [];
/** What every page is told to have come after. */
const changedBefore = {
  changes: [
    {
      ...{ position: 1, at: Date.UTC(2025, 11, 31), type: "errors.deployed", probability: 0.9 },
      says: "shop 2.4.1 was deployed",
    },
  ],
  anomalies: [
    { what: "5xx answers", before: 1, now: 90, says: "5xx answers of shop: 90 a minute" },
  ],
};
export const alerts: Capability = capability({
  ...{ id: "alerts", about: "Groups of alerts, as a test tells them.", config: z.object({}) },
  emits: [groupOpened, groupChanged, groupClosed, acknowledged],
  answers: [
    answer(whatChanged, (_, { at = 0 }) => ({ at, ...changedBefore })),
    answer(routed, (_, { service }) => ({ receivers: service ? [`of-${service}`] : [] })),
  ],
  actions: [
    alertsReplay,
    action("alerts.silence", {
      about: "Silences.",
      input: z.object({ match: z.array(z.string()), for: z.string(), reason: z.string() }),
      output: z.object({}),
      act: (input) => Promise.resolve(silences.push(input) > 0 ? {} : {}),
    }),
    action("alerts.acknowledge", {
      about: "Somebody sees to it.",
      input: z.object({ group: z.string(), by: z.string() }),
      output: z.object({}),
      act: (input) => Promise.resolve(seenTo.push(input) > 0 ? {} : {}),
    }),
    action("alerts.judge", {
      about: "Says what a page was worth.",
      input: z.object({ group: z.string(), verdict: z.string(), because: z.string() }),
      output: z.object({}),
      act: (input) => Promise.resolve(verdicts.push(input) > 0 ? {} : {}),
    }),
  ],
});
/** Letters and notes that were ordered, by the order's name. */
export const ordered: { name: string; input: Record<string, unknown> }[] = [];
const taker = (name: string): Action =>
  action(name, {
    about: "Takes an order.",
    input: z.record(z.string(), z.unknown()),
    output: z.object({}),
    act: (input) => Promise.resolve(ordered.push({ name, input }) > 0 ? {} : {}),
  });
const mail = capability({
  ...{ id: "mail", about: "Letters, as a test tells of them.", config: z.object({}) },
  emits: [mailAccepted, mailDelayed, mailFailed],
  actions: [taker("mail.send"), taker("mail.cancel")],
});
const push = capability({
  ...{ id: "push", about: "Devices, as a test tells of them.", config: z.object({}) },
  emits: [shown],
  actions: [taker("push.send")],
});
type Role = "viewer" | "responder" | "admin";
/** Who has an account, by the e-mail that is its id here too. */
const accounts = new Map<string, Role>();
const people = capability({
  ...{ id: "people", about: "Accounts, as a test makes them.", config: z.object({}) },
  answers: [
    answer(list, () => ({
      people: [...accounts].map(([id, role]) => ({
        ...{ id, role, email: id, name: id, joinedAt: 0, lastSignInAt: null },
        ...{ totp: false, passkeys: 0, passkeyCount: 0 },
      })) as never,
      ...{ invitations: [], secondFactorRequired: false },
    })),
  ],
});
const auth = { roleOf: ({ id }: { id: string }) => accounts.get(id) };
export const slices: readonly Capability[] = [
  settings,
  consoleCapability,
  people,
  privacy,
  mail,
  push,
  alerts,
  onCall,
  runbooks,
  paging,
];

export type Heard = { who: string; at: number; id: string; body: Record<string, unknown> };
/** How somebody's phone is today. */
export type PhoneMood = "ok" | "refuses" | "fails" | "hangs" | "drops";

/** Phones that hear signed webhooks at `http://<who>.phone/`. */
export class Phones {
  readonly heard: Heard[] = [];
  /** What far sides were asked, also where nothing came through. */
  readonly asked: Heard[] = [];
  readonly moods = new Map<string, PhoneMood>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  mood(who: string): PhoneMood {
    return this.moods.get(who) ?? this.moods.get("*") ?? "ok";
  }

  readonly fetch = (url: string, init: RequestInit = {}): Promise<Response> => {
    const who = new URL(url).hostname.split(".")[0] ?? "";
    const text = String(init.body);
    const body = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
    const heard = { who, at: this.#now(), id: String(body["id"]), body };
    this.asked.push(heard);
    switch (this.mood(who)) {
      case "refuses":
        return Promise.resolve(new Response("no such phone", { status: 404 }));
      case "fails":
        return Promise.resolve(new Response("later", { status: 503 }));
      case "hangs":
        return new Promise(() => undefined);
      case "drops":
        return Promise.resolve(new Response("ok"));
      case "ok":
        this.heard.push(heard);
        return Promise.resolve(new Response("ok"));
    }
  };

  calls(kind = "paging.call"): string[] {
    return this.heard.filter(({ body }) => body["type"] === kind).map(({ who }) => who);
  }
}

/** A channel of a person, as it stands in the configuration. */
export const phone = (who: string, more: object = {}): object => ({
  ...{ kind: "webhook", url: `http://${who}.phone/`, secret: "a-secret-of-sixteen-or-more" },
  ...more,
});
export const person = (who: string, more: object = {}): object => ({
  channels: [phone(who)],
  ...more,
});
export const ladder = {
  people: { ann: person("ann"), ben: person("ben"), cem: person("cem") },
  policies: { default: { steps: [{ who: ["ann"] }, { who: ["ben"] }, { who: ["cem"] }] } },
};

export const aGroup = (of: Partial<GroupTold> = {}): GroupTold => ({
  ...{ group: "g-1", key: "k-1", receiver: "default", severity: "critical" },
  ...{ title: "Checkout answers with errors", service: "shop", since: Date.UTC(2026, 0, 1) },
  ...{ labels: { alertname: "Errors", service: "shop" }, annotations: {}, alerts: [] },
  ...{ firing: 1, resolved: 0, impact: [], why: "new", quiet: false },
  ...of,
});

type Options = {
  config?: object;
  onCallConfig?: object;
  ports?: ReturnType<typeof testPorts>;
  disk?: MemoryDisk;
  phones?: Phones;
};

/** A whole Castor that pages, on virtual time; alerts are told by the test. */
export async function world(of: Options = {}) {
  const ports = of.ports ?? testPorts();
  const disk = of.disk ?? memoryDisk();
  const { clock } = ports;
  const phones = of.phones ?? new Phones(() => clock.now());
  ports.net = { ...noNet, fetch: phones.fetch };
  const log = openMemoryLog({ clock, disk });
  const config = {
    paging: { address: "https://castor.example", ...(of.config ?? ladder) },
    "on-call": of.onCallConfig ?? {},
  };
  const castor = await testCastor(slices, {
    ...{ ports: { ...ports, log }, config },
    equipment: { auth },
  });
  const api = httpApi({ castor: castor.castor, auth: testAuth({ clock }) });
  const act = async (verb: string, input: object): Promise<unknown> => {
    const done = await castor.act(`paging.${verb}`, input);
    await castor.advance(100);
    return done;
  };
  const mailFx = castor.castor.effects(mail, { actor: { kind: "system", id: "test" } });
  const pushFx = castor.castor.effects(push, { actor: { kind: "system", id: "test" } });
  const fx = castor.castor.effects(alerts, { actor: { kind: "system", id: "test" } });
  const tell = async (kind: keyof typeof kinds, told: Partial<GroupTold> = {}): Promise<void> => {
    const group = aGroup({ since: clock.now(), ...told });
    await fx.record(`groups/${group.group}`, [kinds[kind](group)]);
    await castor.advance(100);
  };
  const send = async (path: string, init?: RequestInit): Promise<Response> => {
    const asking = api(new Request(`http://castor${path}`, init), "127.0.0.1");
    await castor.advance(100);
    return await asking;
  };
  /** Does what an action of the last message to somebody is for. */
  const tap = async (who: string, action: string): Promise<Response> => {
    const last = phones.heard.findLast((each) => each.who === who);
    const actions = (last?.body["actions"] ?? []) as { action: string; url: string }[];
    const url = actions.find((each) => each.action === action)?.url;
    if (url === undefined) throw new Error(`${who} was offered no ${action}.`);
    return await send(new URL(url).pathname, { method: "POST" });
  };
  /** Somebody with an account; or a token of theirs, by the name they gave it. */
  const signedIn = (email: string, role: Role, token?: string) => {
    accounts.set(email, role);
    const by =
      token === undefined
        ? { kind: "person" as const, id: email }
        : { kind: "token" as const, id: email, name: token };
    return (verb: string, input: object): Promise<unknown> =>
      castor.act(`paging.${verb}`, input, by);
  };
  const types = (): string[] => castor.types().filter((type) => type.startsWith("paging."));
  return {
    castor,
    ports,
    phones,
    disk,
    log,
    of,
    tell,
    send,
    tap,
    types,
    act,
    signedIn,
    fx,
    mailFx,
    pushFx,
  };
}
export type World = Awaited<ReturnType<typeof world>>;

/** kill -9, and back after so long. */
export async function killed(
  { castor, ports, phones, disk, log, of }: World,
  afterMs: number,
): Promise<World> {
  log.tear();
  castor.castor.abandon();
  await ports.clock.advance(afterMs);
  return await world({
    ...of,
    ports: { ...testPorts(), ...ports, viewsPath: ":memory:" },
    disk,
    phones,
  });
}
