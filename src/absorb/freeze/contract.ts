import {
  counter,
  event,
  order,
  problem,
  query,
  sensitive,
  type SnapshotDef,
  snapshot,
} from "#kernel/contract";
import * as z from "zod";

/** What happens to a request that wants to change something while the site is frozen. */
export const FormsDo = z.enum(["queue", "refuse", "pass"]);
export type FormsDo = z.infer<typeof FormsDo>;

/** Answers from the frozen copy: `page`, `file`, `cached`, `not-kept`, or what became of a form. */
export const answers = counter("freeze.answers", "sum", ["service", "how"], "answers");
/** Forms sent to the origin after a thaw: `sent`, `again` (a second time, with the same key) or `failed`. */
export const replays = counter("freeze.replays", "sum", ["service", "how"], "forms");

/** What a page needs and the snapshot lacks, and why. */
export const Missing = z.object({ url: z.string(), neededBy: z.string(), why: z.string() });
export type Missing = z.infer<typeof Missing>;

/** A page with its share of the visits, most visited first. */
export const Visited = z.object({ key: z.string(), visits: z.number() });
export type Visited = z.infer<typeof Visited>;

const FormRule = z.object({ pathPrefix: z.string(), do: FormsDo });
/** Absent: nothing is added to pages. */
export const Banner = z.object({
  language: z.enum(["auto", "en", "fr"]),
  zone: z.string(),
  /** In the place of "You are reading": the site's own words. */
  lead: z.string().optional(),
});
export type Banner = z.infer<typeof Banner>;

/** What a worker needs to know of one service. */
export const Site = z.object({
  service: z.string(),
  pagesMax: z.number().int(),
  /** Parameters that do not change a page, such as `utm_*`. */
  dropQuery: z.array(z.string()),
  queryBytesMax: z.number().int(),
  forms: z.array(FormRule),
  formsOtherwise: FormsDo,
  formBytesMax: z.number(),
  formsCountMax: z.number().int(),
  formsBytesMax: z.number(),
  memoryBytesMax: z.number(),
  banner: Banner.optional(),
  snapshot: z.object({ index: z.string(), takenAt: z.number() }).optional(),
  frozen: z.object({ since: z.number(), reason: z.string() }).optional(),
});
export type Site = z.infer<typeof Site>;

/** All that the workers' side works from. */
export const Picture = z.object({
  sites: z.array(Site),
  /** Forms are sealed for control alone: X25519, base64url. */
  formKey: z.string().optional(),
});
export type Picture = z.infer<typeof Picture>;
export const freezeSnapshot: SnapshotDef<Picture> = snapshot("freeze", Picture);

/** The bus cluster that workers serve: the request `"visits"` is answered with `WorkerVisits`. */
export const freezeCluster = "freeze.workers";
export const WorkerVisits = z.object({
  worker: z.string(),
  /** Where it listens: `http://127.0.0.1:8080`. */
  doors: z.array(z.string()),
  sites: z.array(
    z.object({
      service: z.string(),
      total: z.number(),
      pages: z.array(Visited),
      /** The hosts of its routes, and how visitors write those that they use. */
      hosts: z.array(z.object({ host: z.string(), authority: z.string() })),
    }),
  ),
});
export type WorkerVisits = z.infer<typeof WorkerVisits>;

const Frozen = z.object({
  service: z.string(),
  since: z.number(),
  reason: z.string(),
  /** Absent: until somebody ends it. */
  until: z.number().optional(),
  forms: FormsDo.optional(),
});
export type Frozen = z.infer<typeof Frozen>;
const Taken = z.object({
  service: z.string(),
  index: z.string(),
  takenAt: z.number(),
  pages: z.number(),
  files: z.number(),
  bytes: z.number(),
  /** Share of the visits that the pages had, 0 to 1; null while nobody has visited. */
  coverage: z.number().nullable(),
  missing: z.number(),
  tookMs: z.number(),
});
export type Taken = z.infer<typeof Taken>;

const percent = (share: number | null): string =>
  share === null ? "visits not known yet" : `${Math.round(share * 100)} % of visits`;
const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

export const frozen = event("freeze.frozen", Frozen, {
  isChange: true,
  says: ({ service, reason }) => `${service} is frozen: ${reason}`,
});
export const thawed = event(
  "freeze.thawed",
  z.object({ service: z.string(), since: z.number(), why: z.enum(["asked", "time"]) }),
  {
    isChange: true,
    says: ({ service, why }) => `${service} is thawed${why === "time" ? ": its time is over" : ""}`,
  },
);
export const crawlAsked = event("freeze.crawl-asked", z.object({ service: z.string() }), {
  says: ({ service }) => `A new snapshot of ${service} was asked for`,
});
export const snapshotTaken = event("freeze.snapshot-taken", Taken, {
  says: ({ service, pages, coverage, missing }) =>
    `A snapshot of ${service} was taken: ${plural(pages, "page")}, ${percent(coverage)}${missing > 0 ? `, ${plural(missing, "thing")} missing` : ""}`,
});
export const snapshotFailed = event(
  "freeze.snapshot-failed",
  z.object({ service: z.string(), why: z.string(), tookMs: z.number() }),
  { says: ({ service, why }) => `No new snapshot of ${service}: ${why}` },
);
export const replayed = event(
  "freeze.replayed",
  z.object({
    service: z.string(),
    sent: z.number(),
    /** Of those, sent twice with the same Idempotency-Key, because it was not known whether the first arrived. */
    again: z.number(),
    failed: z.number(),
  }),
  {
    says: ({ service, sent, failed }) =>
      `${plural(sent, "kept form")} went to ${service}${failed > 0 ? `, ${failed} could not be sent` : ""}`,
  },
);
export const formsDropped = event(
  "freeze.forms-dropped",
  z.object({ service: z.string(), count: z.number(), reason: z.string() }),
  {
    says: ({ service, count, reason }) =>
      `${plural(count, "kept form")} for ${service} dropped: ${reason}`,
  },
);
/** Forms are sealed with the public half by workers, which cannot read them again. */
export const formKeyMade = event(
  "freeze.form-key-made",
  z.object({ publicKey: z.string(), secret: sensitive() }),
  { says: () => "A key for kept forms was made", subject: () => "freeze.forms" },
);

/** For other capabilities: started again, its end moves. */
export const startOrder = order<{ service: string; reason: string; for: string }>("freeze.start");
export const endOrder = order<{ service: string }>("freeze.end");

export const unknownSite = problem(
  "freeze.unknown-site",
  404,
  "This service is not kept for freezing",
);
export const noSnapshot = problem("freeze.no-snapshot", 409, "There is no snapshot to serve yet");
export const notFrozen = problem("freeze.not-frozen", 409, "Nothing is frozen");
export const endOutOfRange = problem(
  "freeze.end-out-of-range",
  422,
  "A freeze lasts at most 30 days",
);
export const notKept = problem("freeze.not-kept", 404, "This page is not part of the snapshot");
export const unknownForm = problem("freeze.unknown-form", 404, "There is no such kept form");

const OfService = z.object({
  service: z.string().optional().describe("Which service; all that are kept when absent."),
});

const SiteStatus = z.object({
  service: z.string(),
  frozen: Frozen.optional(),
  snapshot: Taken.optional(),
  ageMs: z.number().optional(),
  crawling: z.object({ done: z.number(), known: z.number() }).optional(),
  lastFailure: z.string().optional(),
  forms: z.object({ waiting: z.number(), sent: z.number(), failed: z.number(), bytes: z.number() }),
});
export const status = query("freeze.status", OfService, z.object({ sites: z.array(SiteStatus) }), {
  about: "What is frozen, how old the snapshots are, and how many forms wait.",
});

export const coverage = query(
  "freeze.coverage",
  OfService,
  z.object({
    sites: z.array(
      z.object({
        service: z.string(),
        /** In words: "40 pages = 98 % of visits". */
        says: z.string(),
        /** Visits of the last hours, older ones counting less. */
        visits: z.number(),
        pages: z.array(
          z.object({
            key: z.string(),
            title: z.string(),
            share: z.number(),
            /** Share of this page and all before it. */
            upTo: z.number(),
            kept: z.boolean(),
          }),
        ),
        missing: z.array(Missing),
        external: z.array(z.object({ host: z.string(), count: z.number() })),
      }),
    ),
  }),
  { about: "Which pages people visit, how many visits the snapshot covers, and what it lacks." },
);

/** What became of a kept form. */
export const FormState = z.enum(["waiting", "sending", "sent", "failed"]);
export const KeptForm = z.object({
  receipt: z.string(),
  service: z.string(),
  method: z.string(),
  path: z.string(),
  keptAt: z.number(),
  bytes: z.number(),
  state: FormState,
  /** What the origin said, once it was sent. */
  status: z.number().nullable(),
  tries: z.number(),
});
export type KeptForm = z.infer<typeof KeptForm>;
export const forms = query("freeze.forms", OfService, z.object({ forms: z.array(KeptForm) }), {
  about: "Forms that were kept while frozen, oldest first, and what became of them.",
  allow: "operator",
});
