import {
  type Decide,
  type EventOf,
  type Facts,
  isRefusal,
  type Model,
  type Refusal,
} from "#kernel";
import * as z from "zod";
import type { Config } from "./config.ts";
import * as contract from "./contract.ts";
import type { Posted, Words } from "./contract.ts";

/** Words for the page's first language, or for each. */
const Said = z.union([z.string(), contract.Words]);
const inLanguages = (words: z.infer<typeof Said>, { languages }: Config): Words =>
  typeof words === "string" ? { [languages[0] ?? "en"]: words } : words;

export const Post = z
  .object({
    thread: contract.ThreadId.optional().describe(
      "The public incident that goes on; a new one without it.",
    ),
    incident: z.string().max(40).optional().describe("Castor's own incident behind it."),
    title: Said.optional().describe("What people cannot do; needed for a new one."),
    stage: contract.IncidentStage.default("investigating"),
    impact: contract.Impact.optional(),
    text: Said.describe(
      "What there is to say, for people outside. As text, or `{ en: …, fr: … }`.",
    ),
    components: z
      .record(z.string(), contract.ComponentStatus)
      .default({})
      .describe("What each named component is from now on."),
    startedAt: z.number().optional(),
    audience: contract.Audience.default("everyone").describe(
      "`test`: no page shows it, nobody is told.",
    ),
  })
  .strict();
export const Plan = z
  .object({
    title: Said,
    text: Said,
    components: z.array(z.string()).max(100).default([]),
    from: z.union([z.number(), z.iso.datetime({ offset: true })]).transform(instant),
    to: z.union([z.number(), z.iso.datetime({ offset: true })]).transform(instant),
    audience: contract.Audience.default("everyone"),
  })
  .strict();
export const Move = z
  .object({ thread: contract.ThreadId, to: contract.MaintenanceStage, text: Said.default({}) })
  .strict();
export const Withdraw = z
  .object({ thread: contract.ThreadId, reason: z.string().trim().min(3).max(300) })
  .strict();

function instant(at: number | string): number {
  return typeof at === "number" ? at : Date.parse(at);
}

type Open = Pick<Posted, "title" | "stage" | "impact" | "audience"> & { incident?: string };
type Planned = { stage: contract.MaintenanceStage; from: number; to: number };
/** What is on the page, by thread: so much as decisions need. */
type Threads = {
  incidents: Readonly<Record<string, Open>>;
  maintenances: Readonly<Record<string, Planned>>;
};
type PageEvent = EventOf<(typeof contract.pageFacts)[number]>;

export const threads: Model<Threads, PageEvent> = {
  initial: { incidents: {}, maintenances: {} },
  evolve: (state, { type, data }) => {
    if (type === "status-page.posted") {
      const { title, stage, impact, audience, incident } = data;
      const open = { title, stage, impact, audience, ...(incident ? { incident } : {}) };
      return { ...state, incidents: { ...state.incidents, [data.thread]: open } };
    }
    if (type === "status-page.maintenance-planned") {
      const planned = { stage: "scheduled", from: data.from, to: data.to } as const;
      return { ...state, maintenances: { ...state.maintenances, [data.thread]: planned } };
    }
    if (type === "status-page.maintenance-moved") {
      const known = state.maintenances[data.thread];
      if (!known) return state;
      const moved = { ...known, stage: data.to };
      return { ...state, maintenances: { ...state.maintenances, [data.thread]: moved } };
    }
    if (type !== "status-page.withdrawn") return state;
    const { [data.thread]: _incident, ...incidents } = state.incidents;
    const { [data.thread]: _maintenance, ...maintenances } = state.maintenances;
    return { incidents, maintenances };
  },
};

type Decides<I> = Decide<I, Threads, PageEvent, Config>;
type Given = Facts<Config>;

/** Twelve letters and digits, as readers of Statuspage's API expect. */
const newThread = ({ id }: Given): string =>
  id()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "")
    .padEnd(12, "0")
    .slice(-12);

const strangers = (named: readonly string[], { components }: Config): Refusal | undefined => {
  const unknown = named.filter((each) => components[each] === undefined);
  return unknown.length === 0
    ? undefined
    : contract.unknownComponent(
        `${unknown.join(", ")}; there are: ${Object.keys(components).join(", ") || "none"}.`,
      );
};

const impactOf = (components: Posted["components"]): contract.Impact => {
  const worst = Math.max(
    0,
    ...Object.values(components).map((each) => contract.componentStatuses.indexOf(each)),
  );
  return contract.impacts[worst] ?? "none";
};

const isOver = ({ stage }: Open): boolean => stage === "resolved" || stage === "postmortem";

/** The thread that a post goes on with: the one it names, or the one of its incident; undefined begins a new one. */
function threadOf(
  { thread, incident, stage, audience }: z.infer<typeof Post>,
  { incidents }: Threads,
): { thread: string; open: Open } | Refusal | undefined {
  if (thread !== undefined) {
    const open = incidents[thread];
    if (!open) return contract.unknownThread(`${thread} is not on the page.`);
    if (audience === "test" && open.audience !== "test")
      return contract.notATest(
        "Everybody reads this public incident; a test begins one of its own.",
      );
    return isOver(open) && stage !== "postmortem"
      ? contract.threadOver("It is resolved; only its post-mortem may follow. Post a new one.")
      : { thread, open };
  }
  if (incident === undefined) return undefined;
  const found = Object.entries(incidents).findLast(
    ([, each]) => each.incident === incident && each.audience === audience,
  );
  return found && (!isOver(found[1]) || stage === "postmortem")
    ? { thread: found[0], open: found[1] }
    : undefined;
}

export const post: Decides<z.infer<typeof Post>> = (input, state, facts) => {
  const { config } = facts;
  const no = strangers(Object.keys(input.components), config);
  if (no) return no;
  const goesOn = threadOf(input, state);
  if (isRefusal(goesOn)) return goesOn;
  const title = input.title ?? goesOn?.open.title;
  if (title === undefined) return contract.unknownThread("A new public incident needs a `title`.");
  return [
    contract.posted({
      ...{ thread: goesOn?.thread ?? newThread(facts), post: facts.id(), stage: input.stage },
      audience: goesOn?.open.audience ?? input.audience,
      title: inLanguages(title, config),
      impact: input.impact ?? worse(goesOn?.open.impact ?? "none", impactOf(input.components)),
      text: inLanguages(input.text, config),
      components: input.components,
      ...(input.incident === undefined ? {} : { incident: input.incident }),
      ...(input.startedAt === undefined ? {} : { startedAt: input.startedAt }),
    }),
  ];
};

const worse = (a: contract.Impact, b: contract.Impact): contract.Impact =>
  contract.impacts.indexOf(a) > contract.impacts.indexOf(b) ? a : b;

const lengthMsMax = 14 * 86_400_000;
export const plan: Decides<z.infer<typeof Plan>> = (input, _, facts) => {
  const { from, to, components, audience } = input;
  const no = strangers(components, facts.config);
  if (no) return no;
  if (to <= from) return contract.notThen("It ends before it begins.");
  if (to <= facts.now) return contract.notThen("It would be over already.");
  if (to - from > lengthMsMax) return contract.notThen("It takes longer than 14 days.");
  const [title, text] = [input.title, input.text].map((each) => inLanguages(each, facts.config));
  if (!title || !text) return contract.notThen("It has no words.");
  return [
    contract.maintenancePlanned({
      ...{ thread: newThread(facts), title, text, components, from, to, audience },
    }),
  ];
};

/** Forward only: what began does not go back to being planned. */
export const move: Decides<z.infer<typeof Move>> = ({ thread, to, text }, state, facts) => {
  const known = state.maintenances[thread];
  if (!known) return contract.unknownThread(`${thread} is no maintenance on the page.`);
  const [now, then] = [known.stage, to].map((each) => contract.maintenanceStages.indexOf(each));
  if (now === then) return [];
  if ((then ?? 0) < (now ?? 0)) return contract.threadOver(`It is ${known.stage} already.`);
  const post = facts.id();
  return [contract.maintenanceMoved({ thread, post, to, text: inLanguages(text, facts.config) })];
};

export const withdraw: Decides<z.infer<typeof Withdraw>> = ({ thread, reason }, state) =>
  state.incidents[thread] || state.maintenances[thread]
    ? [contract.withdrawn({ thread, reason })]
    : contract.unknownThread(`${thread} is not on the page.`);
