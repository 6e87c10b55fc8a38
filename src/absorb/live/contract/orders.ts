import { snapshot, topic } from "#kernel/contract";
import * as z from "zod";
import { Published } from "./queries.ts";
import { Strain } from "./resources.ts";
import { ShowShape } from "./shape.ts";

/** The process that counts for a node. */
export const outpostOf = (node: number): string => `live-${node}`;
export const nodesMax = 64;

/**
 * What a question is ordered to be. `armed`: its sealed text is sent to those who are connected. `revealed`: its key is
 * sent at once, and from `revealAt` to `closesAt` answers are taken, by the node's own clock. `closed`: ended for good.
 * A question only moves forward, but for one that is armed and taken back; a node that hears of a later state for the
 * first time goes there at once.
 */
const QuestionOrder = z.discriminatedUnion("state", [
  z.object({ state: z.literal("coming") }),
  z.object({ state: z.literal("armed") }),
  z.object({ state: z.literal("revealed"), revealAt: z.number(), closesAt: z.number() }),
  z.object({ state: z.literal("closed") }),
]);
export type QuestionOrder = z.infer<typeof QuestionOrder>;

/** A place in the ranking: those equal in right answers and time share a rank. */
export const Place = z.object({
  index: z.number(),
  rank: z.number(),
  right: z.number(),
  latencyMs: z.number(),
});
export type Place = z.infer<typeof Place>;

/** One performance of a show. A rehearsal is another run: own folder, own key, so nothing of it reaches the real one. */
const Run = z.object({
  run: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}(~rehearsal)?$/),
  title: z.string(),
  shape: ShowShape,
  /** Who gives out tokens: anybody at the node's door, or only the organiser's own backend. */
  joining: z.enum(["open", "backend"]),
  /** Stages are told nothing of cells with fewer answers than this while answers come. */
  stageCellMin: z.number().int(),
  /** The dimension that holds countries, as two letters each. */
  countries: z.string().nullable(),
  /** Whether stages hear what is right while answers still come. */
  showsRight: z.boolean(),
  /** How long a token that is given out at the door is good for. */
  tokenMs: z.number(),
  /** So many of its questions are published. */
  published: z.number().int().optional(),
  /** The finalists in order, once the show is over: numbers, not people. */
  ranking: z.array(Place).optional(),
  /** The life in which each node began to count it: one in another life has lost what it knew. */
  lives: z.record(z.string(), z.string()).optional(),
  /** Among so many nodes its participants are divided, from its doors on: `index` modulo this says who counts somebody. */
  nodes: z.number().int().min(1).max(nodesMax).default(1),
  /** 16 bytes in base64url that sign this run's tokens. */
  tokenKey: z.string().length(22),
  /** Other origins whose pages may take part, such as `https://fans.example.org`. */
  origins: z.array(z.string()).optional(),
  /** Relays whose token is not taken any more, though its time is not over. */
  endedRelays: z.array(z.number()).optional(),
  /** One for each question of the shape, in order. */
  questions: z.array(QuestionOrder),
  /** Who answered what, standings and counts by group are erased once all questions that were asked are closed; counts by choice stay. */
  isErased: z.boolean(),
});
export type Run = z.infer<typeof Run>;

/** What the nodes work from, also while control is away. */
export const livePicture = snapshot(
  "live",
  z.object({
    nodes: z
      .array(
        z.object({
          node: z
            .number()
            .int()
            .min(0)
            .max(nodesMax - 1),
          hostname: z.string(),
          port: z.number().int(),
          /** Where the audience reaches it, when that is not there. */
          address: z.string().optional(),
        }),
      )
      .max(nodesMax),
    runs: z.array(Run),
  }),
);
export type LivePicture = z.infer<typeof livePicture.schema>;

/** What one node counted of a question. Absolute, so that hearing it twice or never changes nothing for long. */
const QuestionTold = z.object({
  question: z.number(),
  phase: z.enum(["coming", "open", "closed"]),
  /** `cells[choice × groups + group]`, or `cells[choice]` once groups are erased; left out where nothing changed since it was last told, but for the latest question once a second. */
  cells: z.array(z.number()).optional(),
});

/** How the node does, since it started unless said otherwise. */
const Figures = z.object({
  connections: z.number(),
  relays: z.number(),
  recorded: z.number(),
  repeated: z.number(),
  /** By the name of the outcome. */
  refused: z.record(z.string(), z.number()),
  /** In the last second. */
  perSecond: z.number(),
  ackMsP50: z.number(),
  ackMsP99: z.number(),
  /** What one write to this node's disk takes. */
  syncMs: z.number(),
  /** Processor time of the process in the last second, of one core. */
  cpuShare: z.number(),
  memoryBytes: z.number(),
  /** How long the last client waited when something was last said to all. */
  fanOutMs: z.number(),
  logBytes: z.number(),
  /** Processor time of one answer in one frame on this machine, as the warm-up showed it. */
  answerUs: z.number().optional(),
  /** Why answers are refused as unavailable; nothing while they are not. */
  broken: z.string().optional(),
  strain: Strain.optional(),
});

/** What lives of nodes that lost their disk had told of: nobody tells it again. */
export const lostLives = snapshot(
  "live-lost",
  z.object({
    /** How often it was written for an erasure: the file before it is kept too, and has to be another one as well. */
    erasures: z.number().int().default(0),
    lives: z.array(
      z.object({
        ...{ run: z.string(), node: z.number(), epoch: z.string(), recorded: z.number() },
        questions: z.array(z.object({ question: z.number(), cells: z.array(z.number()) })),
      }),
    ),
  }),
);
export type LostLife = z.infer<typeof lostLives.schema>["lives"][number];

/** Ten times a second while answers come, once a second otherwise. */
export const liveTold = topic(
  "live.told",
  z.object({
    run: z.string(),
    node: z.number(),
    /** Which life of the node's count: figures of two lives are added, of one life the larger counts. */
    epoch: z.string(),
    at: z.number(),
    questions: z.array(QuestionTold),
    figures: Figures,
  }),
);
export type LiveTold = z.infer<typeof liveTold.schema>;

/** A node cannot count a run at all, and why; told once a second until it can. */
export const liveUnbegun = topic(
  "live.unbegun",
  z.object({ run: z.string(), node: z.number(), why: z.string() }),
);

/** The place of somebody who joined; the group is the one that they said first. */
export const Joined = z.object({ index: z.number().int().min(0), group: z.number().int().min(0) });

/** A page of a node's answers: records of the log in base64, and where the next page begins. */
const LogPlace = z.object({ segment: z.number().int().min(0), byte: z.number().int().min(0) });
export const AnswersPage = z.object({ answers: z.string(), next: LogPlace.nullable() });

const atNode = { run: z.string() };
/** What a node is asked, at the bus cluster `live.node-N`. Answers stand beside each. */
export const NodeRequest = z.discriminatedUnion("do", [
  /** LiveTold with the cells of one question, or of all that were asked. */
  z.object({ do: z.literal("tell"), ...atNode, question: z.number().int().min(0).optional() }),
  /** Place[], of this node's participants. */
  z.object({ do: z.literal("top"), ...atNode, count: z.number().int().min(1).max(1_000) }),
  /** Place or null: among this node's participants. */
  z.object({ do: z.literal("place"), ...atNode, index: z.number().int().min(0) }),
  /** number: how many of this node's participants are better than that. */
  z.object({
    do: z.literal("better"),
    ...atNode,
    right: z.number().int(),
    latencyMs: z.number().int(),
  }),
  /** number of files that still hold who answered what: 0 proves the erasure. */
  z.object({ do: z.literal("raw"), ...atNode }),
  /** AnswersPage: who answered what, as long as it is not erased. */
  z.object({ do: z.literal("answers"), ...atNode, from: LogPlace }),
  /** Joined or null: a number of this node for somebody who joins at another one's door. */
  z.object({
    do: z.literal("join"),
    ...atNode,
    group: z.number().int().min(0),
    turn: z.string().length(16).optional(),
  }),
  /** One byte for each answer, base64: answers of participants of this node that reached another one. */
  z.object({ do: z.literal("forward"), ...atNode, answers: z.string().max(2_000_000) }),
]);
export type NodeRequest = z.infer<typeof NodeRequest>;
/** What nodes ask control for at the bus cluster `live.desk`, for participants whose token they have checked. */
export const DeskRequest = z.discriminatedUnion("do", [
  z.object({
    do: z.literal("consent"),
    ...atNode,
    index: z.number().int().min(0),
    name: z.string().trim().min(1).max(80),
    contact: z.string().trim().min(3).max(200),
  }),
  z.object({ do: z.literal("withdraw"), ...atNode, index: z.number().int().min(0) }),
  /** PublishedAnswer: what anybody may know of a question, by its place. */
  z.object({ do: z.literal("published"), ...atNode, question: z.number().int().min(0) }),
]);
export type DeskRequest = z.infer<typeof DeskRequest>;
export const DeskAnswer = z.object({ ok: z.boolean(), why: z.string().optional() });
/** Null until it is drawn. */
export const PublishedAnswer = Published.nullable();
export type DeskAnswer = z.infer<typeof DeskAnswer>;
/** Finalists who agreed to be named, for the stages: heard again and again for a while, and kept on no disk. */
export const liveNames = topic(
  "live.names",
  z.object({ ...atNode, names: z.array(z.object({ index: z.number(), name: z.string() })) }),
);
export const deskCluster = topic("live.desk", DeskRequest);
export const nodeCluster = (node: number): string => `live.node-${node}`;
