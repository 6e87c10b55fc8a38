import { event, problem, query } from "#kernel/contract";
import * as z from "zod";

const Name = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "This names no header and no cookie");

/** By what a visitor keeps their side of a split; whoever lacks the header or cookie is told apart by address. */
export const SplitBy = z.union([
  z.literal("visitor"),
  z.object({ header: Name }).strict(),
  z.object({ cookie: Name }).strict(),
]);

export const Share = z
  .object({ service: z.string().min(1), weight: z.number().min(0).max(1_000_000) })
  .strict();

/** Who is always sent to a service, whatever the weights. */
export const Always = z
  .object({
    service: z.string().min(1),
    addresses: z.array(z.string()).max(1_000).default([]).describe("Addresses or ranges."),
    header: z
      .object({ name: Name, value: z.string().max(1_000) })
      .strict()
      .optional(),
    cookie: z
      .object({ name: Name, value: z.string().max(1_000) })
      .strict()
      .optional(),
  })
  .strict();

export const SplitTarget = z.object({
  by: SplitBy.default("visitor"),
  shares: z.array(Share).min(1).max(20),
  always: z.array(Always).max(20).default([]),
});
export type SplitTarget = z.infer<typeof SplitTarget>;

export const MirrorTarget = z.object({
  service: z.string().min(1),
  share: z.number().min(0).max(1),
});
export type MirrorTarget = z.infer<typeof MirrorTarget>;

const Reason = z.string();
const ofRoute = { route: z.string(), reason: Reason };
/** Which services share a route's requests, and by what a visitor keeps their side. */
export const Split = SplitTarget.extend(ofRoute);
export type Split = z.infer<typeof Split>;
export const Mirror = MirrorTarget.extend(ofRoute);
export type Mirror = z.infer<typeof Mirror>;

const inWords = (shares: Split["shares"]): string => {
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  return shares
    .map(({ service, weight }) => `${Math.round((weight / total) * 1_000) / 10} % ${service}`)
    .join(", ");
};

export const splitChanged = event("gateway.split-changed", Split, {
  isChange: true,
  says: ({ route, shares, reason }) => `${route} goes to ${inWords(shares)}: ${reason}`,
});
export const splitEnded = event("gateway.split-ended", z.object(ofRoute), {
  isChange: true,
  says: ({ route, reason }) => `${route} goes where the configuration says: ${reason}`,
});
export const mirrorChanged = event("gateway.mirror-changed", Mirror, {
  isChange: true,
  says: ({ route, service, share, reason }) =>
    `${service} gets copies of ${Math.round(share * 1_000) / 10} % of ${route}: ${reason}`,
});
export const mirrorEnded = event("gateway.mirror-ended", z.object(ofRoute), {
  isChange: true,
  says: ({ route, reason }) => `Nobody gets copies of ${route} any more: ${reason}`,
});

export const unknownRoute = problem("gateway.unknown-route", 404, "There is no such route");
export const unknownService = problem("gateway.unknown-service", 404, "There is no such service");
export const notForked = problem(
  "gateway.not-forked",
  404,
  "The route is neither split nor mirrored",
);

export const splits = query(
  "gateway.splits",
  z.object({}),
  z.object({
    splits: z.array(
      Split.extend({
        shares: z.array(Share.extend({ requestsPerSecond: z.number() })),
        since: z.number(),
      }),
    ),
    mirrors: z.array(
      Mirror.extend({
        since: z.number(),
        answeredPerSecond: z.number(),
        failedPerSecond: z.number(),
        leftOutPerSecond: z.number(),
      }),
    ),
  }),
  { about: "Which routes are split over services or mirrored, and how the sides fare." },
);
