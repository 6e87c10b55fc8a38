import { type Decide, type EventOf, type Model, view } from "#kernel";
import * as z from "zod";
import { type Config, wantedOf, type Wanted } from "./config.ts";
import { expiring, failed, issued, renewalAsked, renewed, unknown } from "./contract.ts";

const minute = 60_000;
const firstRetryMs = 5 * minute;
const retryMsMax = 24 * 60 * minute;
/** What authorities that count want at least. */
const rateLimitedRetryMs = 60 * minute;
/** Renewed with so much of its life left (RFC 9773 calls it usual), give or take. */
const renewShare = 1 / 3;
const jitterShare = 0.03;
/** With so much of its life left it is said that it could not be renewed. */
export const warningShares = [0.2, 0.1, 0.05] as const;

export type Held = Omit<z.infer<typeof issued.schema>, "tookMs">;
/** What is known of one certificate. */
export type Known = {
  held: Held | undefined;
  failures: number;
  why: string | undefined;
  retryAt: number;
  isAsked: boolean;
};
export const nothingKnown: Known = {
  ...{ held: undefined, failures: 0, why: undefined, retryAt: 0, isAsked: false },
};

type CertificateEvent =
  | EventOf<typeof issued>
  | EventOf<typeof renewed>
  | EventOf<typeof failed>
  | EventOf<typeof expiring>
  | EventOf<typeof renewalAsked>;

/** One certificate, folded from its facts. */
export const certificate: Model<Known, CertificateEvent> = {
  initial: nothingKnown,
  evolve: (known, event) => {
    switch (event.type) {
      case "certificates.issued":
      case "certificates.renewed": {
        const { tookMs: _, ...held } = event.data;
        return { ...nothingKnown, held };
      }
      case "certificates.failed": {
        const { attempt: failures, why, retryAt } = event.data;
        return { ...known, failures, why, retryAt, isAsked: false };
      }
      case "certificates.renewal-asked":
        return { ...known, isAsked: true, retryAt: 0 };
      case "certificates.expiring":
        return known;
    }
  },
};

/** All of them by name. */
export const certificates = view<
  Record<string, Known>,
  typeof issued | typeof renewed | typeof failed | typeof expiring | typeof renewalAsked
>("certificates.known", {
  from: [issued, renewed, failed, expiring, renewalAsked],
  empty: () => ({}),
  apply: (all, { event }) => {
    const { name } = event.data;
    all[name] = certificate.evolve(all[name] ?? nothingKnown, event);
    return all;
  },
});

export const Renew = z
  .object({ name: z.string().describe("The first of its names, as `certificates list` shows it.") })
  .strict();

export const renew: Decide<z.infer<typeof Renew>, Known, CertificateEvent, Config> = (
  { name },
  known,
  { config },
) => {
  if (!wantedOf(config).some((each) => each.name === name))
    return unknown(
      `Configured are: ${
        wantedOf(config)
          .map((each) => each.name)
          .join(", ") || "none"
      }.`,
    );
  return known.isAsked ? [] : [renewalAsked({ name })];
};

/** Is it time to ask the authority? `isOnDisk`: what is held can be shown. */
export function isDue(
  { names }: Wanted,
  known: Known,
  of: { now: number; isOnDisk: boolean },
): boolean {
  if (of.now < known.retryAt) return false;
  const { held } = known;
  if (held === undefined || !of.isOnDisk || known.isAsked) return true;
  return of.now >= held.renewAt || names.some((name) => !held.names.includes(name));
}

/** `chance` is in [0, 1). */
export const renewAtOf = (
  { startsAt, expiresAt }: { startsAt: number; expiresAt: number },
  chance: number,
): number => {
  const life = expiresAt - startsAt;
  return Math.round(expiresAt - life * (renewShare + jitterShare * (chance - 0.5)));
};

/** Doubles from five minutes to a day, so that an authority's limits on failures are never reached; its own word counts for more. */
export function retryAtOf(of: {
  now: number;
  attempt: number;
  chance: number;
  retryAfterMs?: number | undefined;
  isRateLimited: boolean;
}): number {
  const backOff = Math.min(retryMsMax, firstRetryMs * 2 ** Math.min(20, of.attempt - 1));
  const asked = Math.min(retryMsMax, of.retryAfterMs ?? 0);
  const least = Math.max(backOff, asked, of.isRateLimited ? rateLimitedRetryMs : 0);
  return Math.round(of.now + least * (1 + 0.1 * of.chance));
}

/** The warning that is due now, if one is: the smallest share that it is below. */
export function warningFor({ startsAt, expiresAt }: Held, now: number): number | undefined {
  const share = (expiresAt - now) / (expiresAt - startsAt);
  return warningShares.findLast((each) => share <= each);
}
