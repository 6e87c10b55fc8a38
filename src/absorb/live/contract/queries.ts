import { query } from "#kernel/contract";
import * as z from "zod";
import { PlanCosts } from "./costs.ts";
import { Saturation, Strain } from "./resources.ts";
import { Phase, ShowId } from "./show.ts";

const OfShow = z.object({ show: ShowId.describe("Its name; with ~rehearsal, its rehearsal.") });

const QuestionNow = z.object({
  id: z.string(),
  text: z.string(),
  choices: z.array(z.string()),
  /** Null for polls, and for viewers until the question is closed. */
  right: z.number().nullable(),
  windowMs: z.number(),
  phase: Phase,
  revealAt: z.number().nullable(),
  closesAt: z.number().nullable(),
  /** What `live.correct` takes as `base`. */
  version: z.number(),
});
export type QuestionNow = z.infer<typeof QuestionNow>;

/** A table of a publication, reckoned from the configuration alone: no count is looked at. */
const TableAhead = z.object({
  /** Dimensions that it is split by; none for the total. */
  by: z.array(z.string()),
  epsilon: z.number(),
  /** A published count is off by at most so many in 95 of 100 cases. */
  error95: z.number(),
  /** Counts that come out smaller are not shown; 0 shows all. */
  threshold: z.number(),
  /** How many counts there are of the question with most choices. */
  counts: z.number(),
  /** So many of them show when as many answer as the plan expects, spread evenly. */
  expectedShown: z.number(),
  /** So many answers, spread evenly, fill every count up to the threshold. */
  answersNeeded: z.number(),
});
export type TableAhead = z.infer<typeof TableAhead>;

const Budget = z.object({
  epsilonPerQuestion: z.number(),
  epsilonPerShow: z.number(),
  spent: z.number(),
  delta: z.number(),
  /** What each publication tells and costs; the total first. */
  tables: z.array(TableAhead),
});
export type Budget = z.infer<typeof Budget>;

const ShowNow = z.object({
  show: ShowId,
  title: z.string(),
  stage: z.enum(["planned", "open", "finished", "erased"]),
  /** castor.yaml says what it is; otherwise it was added, and can be changed until its doors open. */
  isInFile: z.boolean(),
  /** Of a rehearsal: how often it began anew. */
  run: z.number(),
  joining: z.enum(["open", "backend"]),
  participantsMax: z.number(),
  groups: z.number(),
  dimensions: z.array(z.object({ id: z.string(), values: z.number() })),
  questions: z.array(QuestionNow),
  finalists: z.number(),
  doorsAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
  /** When the answers of single participants will be, or were, erased. */
  /** When it is over by itself, unless another question is asked. */
  endsAt: z.number().nullable(),
  eraseAt: z.number().nullable(),
  erasingAt: z.number().nullable(),
  erasedAt: z.number().nullable(),
  /** Who may hand in answers of many, and until when. */
  relays: z.array(z.object({ relay: z.string(), until: z.number() })),
  /** So long after the end. */
  keepAnswersMs: z.number(),
  budget: Budget,
});
export type ShowNow = z.infer<typeof ShowNow>;

export const showsNow = query(
  "live.shows",
  z.object({ show: ShowId.optional().describe("Only this one.") }),
  z.object({ at: z.number(), shows: z.array(ShowNow) }),
  {
    about:
      "Shows and rehearsals, where each question is, and what was spent of the privacy budget.",
  },
);

/** A table as it was drawn: `cells[choice × groups + group]`, null where a count is too small to be shown. */
export const PublishedTable = z.object({
  /** The dimensions it is split by, none for the total; left out by old publications, which are by all of them. */
  by: z.array(z.string()).optional(),
  cells: z.array(z.number().int().nullable()),
  threshold: z.number(),
  /** Its part of the price; left out by old publications, which have one table. */
  epsilonThousandths: z.number().int().optional(),
});
export type PublishedTable = z.infer<typeof PublishedTable>;

/** What was drawn once for a question. */
export const Published = z.object({
  tables: z.array(PublishedTable),
  at: z.number(),
  /** Epsilon of all tables, in thousandths. */
  price: z.number(),
});
export type Published = z.infer<typeof Published>;

const Split = z.object({
  /** One value for each dimension of the table, in the show's order. */
  values: z.array(z.string()),
  /** For each choice; null where there were too few to say. */
  counts: z.array(z.number().nullable()),
});
const TableResult = z.object({
  by: z.array(z.string()),
  epsilon: z.number(),
  /** Each count is off by at most so many in 95 of 100 cases. */
  error95: z.number(),
  threshold: z.number(),
  /** So many counts were below the threshold. */
  hidden: z.number(),
  groups: z.array(Split),
});
export type TableResult = z.infer<typeof TableResult>;
const QuestionResult = z.object({
  id: z.string(),
  text: z.string(),
  choices: z.array(z.string()),
  right: z.number().nullable(),
  publishedAt: z.number(),
  /** Of all its tables together. */
  epsilon: z.number(),
  /** For each choice, of all who answered; nothing where an old publication was too small to show any. */
  totals: z.array(z.number()),
  /** Each total is off by at most so many in 95 of 100 cases. */
  error95: z.number(),
  /** Each with noise of its own, so that sums over one are a little off the totals. */
  tables: z.array(TableResult),
});
export type QuestionResult = z.infer<typeof QuestionResult>;
export const results = query(
  "live.results",
  OfShow,
  z.object({
    show: ShowId,
    title: z.string(),
    dimensions: z.array(z.string()),
    questions: z.array(QuestionResult),
  }),
  { about: "What was published of a show, with its noise: for anybody's eyes." },
);

const Prices = z.object({ alwaysOn: z.number(), showOnly: z.number(), perSpike: z.number() });
const ByResource = z.record(z.string(), z.number());
const Estimate = z.object({
  scenario: z.enum(["low", "mid", "high"]),
  needs: ByResource,
  machinesBy: ByResource,
  saturatesFirst: z.string(),
  machines: z.object({ on: z.number(), between: z.number() }),
  prices: Prices,
  minutes: z.array(
    z.object({
      minute: z.number(),
      showOnly: z.number(),
      perSpike: z.number(),
      answersPerSecond: z.number(),
    }),
  ),
  curve: z.array(z.number()),
});
const Reckoned = z.object({
  what: z.enum([
    ...(["answerUs", "plainConnectUs", "handshakeUs", "sendUs", "connectionKb", "tlsKb"] as const),
  ]),
  value: z.number(),
  from: z.enum(["measured now", "castor.yaml", "measured by nodes", "assumed"]),
});
export const planned = query(
  "live.plan",
  OfShow.extend({
    costs: PlanCosts.optional().describe("To reckon with instead of what is known."),
  }),
  z.object({
    show: ShowId,
    answerUs: z.number(),
    /** What the plan reckons with, and where it is from. */
    reckonedWith: z.array(Reckoned),
    leadMs: z.number(),
    startsAt: z.number(),
    /** Somebody said when; otherwise it is a guess. */
    isDated: z.boolean(),
    estimates: z.array(Estimate),
    schedules: z.array(
      z.object({ way: z.enum(["show-only", "per-spike"]), keda: z.string(), aws: z.string() }),
    ),
    warnings: z.array(z.string()),
  }),
  {
    about:
      "What a show needs, minute by minute: machines, what runs out first, prices, scaling schedules.",
  },
);
export type PlanNow = z.infer<(typeof planned)["output"]>;

const NodeNow = z.object({
  node: z.number(),
  heardAt: z.number(),
  /** Nothing was heard of it for some seconds: its participants cannot answer until it is back. */
  isAway: z.boolean(),
  connections: z.number(),
  perSecond: z.number(),
  ackMsP50: z.number(),
  ackMsP99: z.number(),
  syncMs: z.number(),
  cpuShare: z.number(),
  /** Of its process. */
  memoryBytes: z.number(),
  /** How long the last client waited when something was last said to all. */
  fanOutMs: z.number(),
  /** Syncs of its log, limits and the machine around it; null before it said so. */
  strain: Strain.nullable(),
  /** Why answers are refused as unavailable. */
  broken: z.string().nullable(),
});
export const onAir = query(
  "live.on-air",
  OfShow,
  z.object({
    at: z.number(),
    show: ShowId,
    nodes: z.array(NodeNow),
    /** Nodes that came back without what they had counted, and how many answers they had told of: in the counts still, in no ranking. */
    lost: z.array(z.object({ node: z.number(), at: z.number(), answers: z.number() })),
    connections: z.number(),
    recorded: z.number(),
    repeated: z.number(),
    refused: z.record(z.string(), z.number()),
    /** Processor time of one answer in µs, as the nodes found it while many came; null before. */
    answerUs: z.number().nullable(),
    /** The fullest first. */
    saturation: z.array(Saturation),
    /** The question that is on, or was last. */
    question: z
      .object({
        id: z.string(),
        phase: Phase,
        /** Exact, for operators: what is published later has noise. */
        counts: z.array(z.number()),
        perSecond: z.array(z.number()),
        forecast: z.object({
          low: z.array(z.number()),
          mid: z.array(z.number()),
          high: z.array(z.number()),
        }),
      })
      .nullable(),
  }),
  {
    about: "A show while it is on: answers per second against the forecast, latency, what is full.",
    allow: "operator",
  },
);
export type OnAir = z.infer<(typeof onAir)["output"]>;

const FinalistNow = z.object({
  rank: z.number(),
  index: z.number(),
  right: z.number(),
  latencyMs: z.number(),
  /** What they said of themselves; null until they agree, and again after it was erased. */
  name: z.string().nullable(),
  contact: z.string().nullable(),
});
export type FinalistNow = z.infer<typeof FinalistNow>;
export const finalistsNow = query(
  "live.finalists",
  OfShow,
  z.object({ show: ShowId, isRanked: z.boolean(), finalists: z.array(FinalistNow) }),
  { about: "The final ranking, with the names of those who agreed.", allow: "operator" },
);

/** What `live.rank` says of one participant. */
export const Rank = z.object({
  show: ShowId,
  index: z.number(),
  /** Null for who has no right answer. */
  rank: z.number().nullable(),
  right: z.number(),
  latencyMs: z.number(),
});
export type Rank = z.infer<typeof Rank>;
