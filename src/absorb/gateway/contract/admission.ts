import { counter, event, problem, query, sensitive } from "#kernel/contract";
import * as z from "zod";

/** Whom rate limits refused, or would have refused in a dry run. */
export const rateLimited = counter(
  "gateway.rate-limited",
  "sum",
  ["route", "limit", "outcome"],
  "requests",
);
/** Requests of those whom the gateway takes for scanners: refused, or only counted in a dry run. */
export const scannerRequests = counter("gateway.scanner-requests", "sum", ["outcome"], "requests");
export const scannerMarks = counter("gateway.scanner-marks", "sum", ["why"], "marks");

const ofCaller = ({ caller }: { caller: string }): string => caller;
/** A worker takes an address for a scanner's. `caller` stands for the address, which can be erased. */
export const scannerMarked = event(
  "gateway.scanner-marked",
  z.object({
    caller: z.string(),
    address: sensitive(),
    why: z.enum(["decoy", "probing"]),
    paths: z.array(z.string()),
    worker: z.string(),
    forMs: z.number(),
    dryRun: z.boolean(),
  }),
  {
    says: (d) =>
      `${d.address} ${d.dryRun ? "would be" : "is"} refused as a scanner for ${Math.round(d.forMs / 1000)} s: ${d.why === "decoy" ? "asked for" : "missed"} ${d.paths.join(", ")}`,
    subject: ofCaller,
  },
);
/** Somebody took the mark away. */
export const scannerUnmarked = event(
  "gateway.scanner-unmarked",
  z.object({ caller: z.string(), address: sensitive() }),
  { says: (d) => `${d.address} is not taken for a scanner any more`, subject: ofCaller },
);
export const notMarked = problem("gateway.not-marked", 404, "This address is not marked");

/** Told once per quiet time, not per refusal; no caller is named. */
export const limitReached = event(
  "gateway.limit-reached",
  z.object({
    route: z.string(),
    limit: z.string(),
    worker: z.string(),
    by: z.string(),
    everyMs: z.number(),
    burst: z.number(),
    dryRun: z.boolean(),
  }),
  {
    says: (d) =>
      `Rate limit ${d.limit} of ${d.route} ${d.dryRun ? "would begin" : "began"} to refuse: ${d.burst} at once, then one every ${Math.round(d.everyMs)} ms by ${d.by}`,
  },
);

/** What each rate limit refuses now, or would refuse. */
export const limits = query(
  "gateway.limits",
  z.object({}),
  z.object({
    limits: z.array(
      z.object({
        route: z.string(),
        name: z.string(),
        by: z.string(),
        rate: z.string(),
        burst: z.number(),
        dryRun: z.boolean(),
        refusedPerSecond: z.number(),
        wouldRefusePerSecond: z.number(),
      }),
    ),
  }),
  { about: "The rate limits of all routes, and what each one refuses now or would refuse." },
);

/** Addresses are personal data: viewers do not see them. */
export const scanners = query(
  "gateway.scanners",
  z.object({}),
  z.object({
    mode: z.enum(["off", "dry-run", "on"]),
    requestsPerSecond: z.number(),
    marked: z.array(
      z.object({
        address: z.string(),
        why: z.enum(["decoy", "probing"]),
        paths: z.array(z.string()),
        at: z.number(),
        endsAt: z.number(),
        workers: z.array(z.string()),
      }),
    ),
  }),
  {
    about: "Who is marked as a scanner now, why and until when.",
    allow: "responder",
  },
);
