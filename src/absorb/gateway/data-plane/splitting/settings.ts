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
