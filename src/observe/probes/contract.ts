import { counter, event, problem, query } from "#kernel/contract";
import * as z from "zod";

const ofProbe = z.object({ probe: z.string() });
/** How grave a failing probe is. */
export const Severity = z.enum(["critical", "error", "warning"]);
const Verdict = ofProbe.extend({
  why: z.string(),
  /** The service of the catalog that it looks at. */
  service: z.string().optional(),
});

export const failed = event(
  "probes.failed",
  Verdict.extend({ severity: Severity, host: z.string() }),
  {
    says: ({ probe, why }) => `Probe ${probe} fails: ${why}`,
  },
);
export const passed = event("probes.passed", Verdict, {
  says: ({ probe, why }) => `Probe ${probe} passes: ${why}`,
});
/** `soon` as the configuration says, `urgent` in the last three days and afterwards. */
export const EndLevel = z.enum(["soon", "urgent"]);
export const certificateEnding = event(
  "probes.certificate-ending",
  ofProbe.extend({
    until: z.number(),
    host: z.string(),
    level: EndLevel,
    service: z.string().optional(),
  }),
  {
    says: ({ host, until, probe }) =>
      `The certificate that ${host} shows to probe ${probe} ends on ${new Date(until).toISOString().slice(0, 16).replace("T", " ")} UTC`,
  },
);
export const certificateRenewed = event(
  "probes.certificate-renewed",
  ofProbe.extend({ until: z.number() }),
  { says: ({ probe }) => `Probe ${probe} is shown a certificate that holds for long` },
);
export const withdrawn = event("probes.withdrawn", ofProbe, {
  isChange: true,
  says: ({ probe }) => `Probe ${probe} is no longer wanted`,
});
export const verdicts = [failed, passed, certificateEnding, certificateRenewed, withdrawn] as const;

export const beats = counter("probes.beats", "sum", ["probe", "outcome"], "beats");
export const took = counter("probes.took", "quantiles", ["probe"], "ms");

export const unknown = problem("probes.unknown", 404, "There is no such probe");
export const notATarget = problem("probes.not-a-target", 422, "This cannot be asked");
export const busy = problem("probes.busy", 429, "Several addresses are being asked already");

const Certificate = z.object({
  until: z.number(),
  names: z.array(z.string()),
  issuer: z.string(),
});
const Beat = z.object({
  at: z.number(),
  ok: z.boolean(),
  says: z.string(),
  tookMs: z.number(),
});
export const Tried = Beat.extend({ certificate: Certificate.optional() });
export type Tried = z.infer<typeof Tried>;

const Probe = z.object({
  probe: z.string(),
  kind: z.enum(["http", "tcp", "tls", "ping", "dns"]),
  /** What it asks, without what stands behind a `?`. */
  target: z.string(),
  host: z.string(),
  service: z.string().nullable(),
  severity: Severity,
  state: z.enum(["passing", "failing", "unknown"]),
  /** Since when, and why, in words. */
  since: z.number().nullable(),
  why: z.string(),
  everyMs: z.number(),
  /** The last 64 beats, oldest first. */
  strip: z.array(z.enum(["ok", "fail"])),
  last: Beat.nullable(),
  certificate: Certificate.extend({ isEnding: z.boolean() }).nullable(),
  /** The share of beats of the last day that passed; null where there were none. */
  passedOfDay: z.number().nullable(),
});
export type Probe = z.infer<typeof Probe>;

export const list = query("probes.list", z.object({}), z.array(Probe), {
  about: "What Castor looks at from outside: how each is, since when, and its last 64 beats.",
});

/** What the first page needs: it changes only with a verdict. */
export const failing = query(
  "probes.failing",
  z.object({}),
  z.object({
    /** How many there are, and how many have no verdict yet. */
    probes: z.number(),
    unknown: z.number(),
    failing: z.array(Probe.pick({ probe: true, why: true, severity: true, service: true })),
  }),
  { about: "Which probes fail now, and why." },
);

/** `null` where there were no beats. */
const Numbers = z.array(z.number().nullable());
export const show = query(
  "probes.show",
  z.object({
    probe: z.string().max(100),
    hours: z.coerce.number().int().min(1).max(720).default(3).describe("How far back."),
  }),
  z.object({
    probe: Probe.nullable(),
    /** What it must be like, a line each. */
    expects: z.array(z.string()),
    history: z.object({
      from: z.number(),
      stepMs: z.number(),
      medianMs: Numbers,
      slowMs: Numbers,
      failed: Numbers,
    }),
    passedOfMonth: z.number().nullable(),
  }),
  { about: "One probe: what it expects, and how long it took over the last hours." },
);
