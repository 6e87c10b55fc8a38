import { query } from "#kernel/contract";
import * as z from "zod";
import { severities } from "../../alerts/contract.ts";
import { kinds } from "./delivery.ts";
import { About, Callee, urgencies } from "./page.ts";

const Instant = z.number().nullable();
const OpenPage = z.object({
  page: z.string(),
  phase: z.enum(["triggered", "acknowledged", "resolved"]),
  receiver: z.string(),
  urgency: z.enum(urgencies),
  about: About,
  triggeredAt: z.number(),
  call: z.number(),
  round: z.number(),
  step: z.number(),
  nextAt: Instant,
  acknowledgedBy: z.string().nullable(),
  assigned: z.string().nullable(),
  resolvedAt: Instant,
  /** Of what came back: when it began the time before, and when that was over. */
  before: z.object({ triggeredAt: z.number(), resolvedAt: z.number() }).nullable(),
  called: z.array(z.string()),
});

export const now = query(
  "paging.now",
  z.object({}),
  z.object({
    /** False where nobody is configured who could be paged. */
    isOn: z.boolean(),
    open: z.number(),
    pages: z.array(OpenPage),
  }),
  { about: "Who is needed for what right now: those that nobody sees to first." },
);

const Proof = z.object({
  delivery: z.string(),
  person: z.string(),
  channel: z.string(),
  kind: z.enum(kinds),
  call: z.number(),
  state: z.enum(["intended", "sending", "accepted", "failed", "folded", "dropped"]),
  intendedAt: z.number(),
  dueAt: z.number(),
  attempts: z.number(),
  firstAttemptAt: Instant,
  lastAttemptAt: Instant,
  acceptedAt: Instant,
  deliveredAt: Instant,
  why: z.string().nullable(),
});

export const page = query(
  "paging.page",
  z.object({ page: z.string().min(1).max(100) }),
  z.object({
    ...OpenPage.shape,
    runbook: z.string().nullable(),
    changes: z.array(
      z.object({ position: z.number(), at: z.number(), type: z.string(), says: z.string() }),
    ),
    /** Numbers that were odd then. */
    anomalies: z.array(z.string()),
    deliveries: z.array(Proof),
    /** What happened to it, as the log tells it. */
    history: z.array(z.object({ at: z.number(), type: z.string(), says: z.string() })),
  }),
  { about: "One page: what it is about, what changed before, and the proof of every message." },
);

export const people = query(
  "paging.people",
  z.object({}),
  z.object({
    people: z.array(
      z.object({
        person: z.string(),
        zone: z.string(),
        /** Minutes since midnight. */
        wakes: z.number(),
        sleeps: z.number(),
        account: z.string().nullable(),
        /** They chose their channels themselves, instead of those in the configuration. */
        isChosen: z.boolean(),
        channels: z.array(
          z.object({
            channel: z.string(),
            kind: z.string(),
            afterMs: z.number(),
            urgencies: z.array(z.enum(urgencies)),
            /** The last message that was taken, and the last that was not. */
            acceptedAt: Instant,
            failedAt: Instant,
            why: z.string().nullable(),
          }),
        ),
      }),
    ),
    /** Kinds of channels that work here, and the services that send text messages. */
    offers: z.object({ kinds: z.array(z.string()), providers: z.array(z.string()) }),
  }),
  { about: "Who can be paged, how, and whether that worked last.", allow: "responder" },
);

export const who = query(
  "paging.who",
  z.object({
    receiver: z
      .string()
      .max(100)
      .optional()
      .describe("The receiver that alerts go to; that of the service or the team when absent."),
    service: z.string().max(200).optional().describe("The service that an alert is about."),
    team: z.string().max(60).optional().describe("The team whose policy it is."),
    severity: z.enum(severities).default("critical").describe("How bad it is."),
    at: z
      .number()
      .min(0)
      .max(4_102_444_800_000, "Write a time before the year 2100")
      .optional()
      .describe("When, in ms since 1970; now when absent."),
  }),
  z.object({
    receiver: z.string(),
    /** `none`: so mild that nobody is called. */
    urgency: z.enum([...urgencies, "none"]),
    steps: z.array(z.object({ afterMs: z.number(), callees: z.array(Callee) })),
  }),
  { about: "Who would be called, in which order, when and how, if an alert came." },
);

export const landed = query(
  "paging.landed",
  z.object({
    person: z.string().max(100).optional(),
    from: z.number().optional(),
    to: z.number().optional(),
  }),
  z.object({
    pages: z.array(
      z.object({
        page: z.string(),
        title: z.string(),
        severity: z.enum(severities),
        service: z.string().nullable(),
        at: z.number(),
        acknowledgedAt: Instant,
        acknowledgedBy: z.string().nullable(),
        resolvedAt: Instant,
        called: z.array(z.string()),
      }),
    ),
  }),
  { about: "Pages of a stretch of time: when, who was called, who saw to it and after how long." },
);
