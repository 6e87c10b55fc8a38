import { type Decide, Duration, type EventOf, type Model } from "#kernel";
import * as z from "zod";
import type { Config } from "./config.ts";
import {
  crawlAsked,
  endOutOfRange,
  FormsDo,
  frozen,
  type Frozen,
  noSnapshot,
  notFrozen,
  type snapshotFailed,
  snapshotTaken,
  thawed,
  unknownSite,
} from "./contract.ts";

const durationMsMax = 30 * 24 * 3_600_000;
const service = z
  .string()
  .optional()
  .describe("Which service; all that are kept for freezing when absent.");

export const Start = z
  .object({
    service,
    reason: z.string().min(3).max(200).describe("Why; the log and the answers carry it."),
    for: Duration.optional().describe("For how long, at most 30 days; until ended when absent."),
    forms: FormsDo.optional().describe("What happens to forms that no rule of the site names."),
    anyway: z
      .boolean()
      .default(false)
      .describe("Even without a snapshot: only what the cache holds is answered then."),
  })
  .strict();
export const End = z
  .object({
    service,
    until: z.coerce
      .number()
      .optional()
      .describe(
        "Only what ends at this time (epoch milliseconds); Castor's own word when it has come.",
      ),
  })
  .strict();
export const Crawl = z.object({ service }).strict();

/** What is frozen and which services have a snapshot. */
export type Sites = { frozen: Readonly<Record<string, Frozen>>; kept: readonly string[] };
type SitesEvent =
  | EventOf<typeof frozen>
  | EventOf<typeof thawed>
  | EventOf<typeof snapshotTaken>
  | EventOf<typeof snapshotFailed>
  | EventOf<typeof crawlAsked>;

export const sites: Model<Sites, SitesEvent> = {
  initial: { frozen: {}, kept: [] },
  evolve: (known, event) => {
    const { service: name } = event.data;
    if (event.type === "freeze.crawl-asked" || event.type === "freeze.snapshot-failed")
      return known;
    if (event.type === "freeze.snapshot-taken")
      return { ...known, kept: [...known.kept.filter((each) => each !== name), name] };
    const { [name]: _, ...others } = known.frozen;
    return event.type === "freeze.frozen"
      ? { ...known, frozen: { ...others, [name]: event.data } }
      : { ...known, frozen: others };
  },
};

const meant = (only: string | undefined, config: Config): string[] =>
  only === undefined ? Object.keys(config.sites) : [only];
const unknown = (only: string | undefined, config: Config) => {
  const names = Object.keys(config.sites);
  if (only === undefined ? names.length > 0 : names.includes(only)) return undefined;
  return unknownSite(
    names.length === 0
      ? "No service is named under freeze.sites in castor.yaml."
      : `Under freeze.sites there are: ${names.join(", ")}.`,
  );
};

export const start: Decide<z.infer<typeof Start>, Sites, SitesEvent, Config> = (
  input,
  known,
  { now: since, config },
) => {
  const refused = unknown(input.service, config);
  if (refused) return refused;
  const { reason, for: durationMs, forms, anyway } = input;
  if (durationMs !== undefined && (durationMs <= 0 || durationMs > durationMsMax))
    return endOutOfRange();
  const wanted = meant(input.service, config).filter((name) => anyway || known.kept.includes(name));
  if (wanted.length === 0)
    return noSnapshot("Take one first: castor freeze crawl; or freeze with --anyway.");
  // Frozen already: a longer or another freeze takes its place, and nothing is served live in between.
  return wanted.map((name) =>
    frozen({
      service: name,
      since: known.frozen[name]?.since ?? since,
      reason,
      ...(durationMs === undefined ? {} : { until: since + durationMs }),
      ...(forms === undefined ? {} : { forms }),
    }),
  );
};

export const end: Decide<z.infer<typeof End>, Sites, SitesEvent> = (
  { service: only, until },
  known,
) => {
  const wanted = Object.values(known.frozen).filter(
    (each) =>
      (only === undefined || each.service === only) &&
      (until === undefined || each.until === until),
  );
  // When the time has come and somebody asked for another one meanwhile, nothing is to be done.
  if (wanted.length === 0 && until === undefined)
    return notFrozen(only === undefined ? undefined : `${only} is not frozen.`);
  const why = until === undefined ? "asked" : "time";
  return wanted.map((each) => thawed({ service: each.service, since: each.since, why }));
};

export const crawl: Decide<z.infer<typeof Crawl>, Sites, SitesEvent, Config> = (
  { service: only },
  _,
  { config },
) => unknown(only, config) ?? meant(only, config).map((name) => crawlAsked({ service: name }));
