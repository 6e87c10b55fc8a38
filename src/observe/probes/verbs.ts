import { action, type Effects, perCastor, type Refusal } from "#kernel";
import * as z from "zod";
import { beat } from "./beat.ts";
import { type Config, Probe } from "./config.ts";
import { busy, notATarget, Tried, unknown } from "./contract.ts";

/** By hand; beats have their own bound. */
const atOnceMax = 8;
const underWay = perCastor(() => ({ count: 0 }));

async function byHand(probe: Probe, fx: Effects<Config>): Promise<Tried | Refusal> {
  const now = underWay(fx);
  if (now.count >= atOnceMax) return busy();
  now.count++;
  try {
    return await beat(probe, fx);
  } finally {
    now.count--;
  }
}

/** A beat of a probe of the configuration; it counts for nothing. */
export const check = action("probes.check", {
  about: "Asks what a probe asks, once and now; it counts neither for its verdict nor its figures.",
  allow: "responder",
  input: z.object({ probe: z.string().max(100) }).strict(),
  output: Tried,
  act: async ({ probe: name }, fx: Effects<Config>) => {
    const probe = Object.hasOwn(fx.config, name) ? fx.config[name] : undefined;
    return probe ? await byHand(probe, fx) : unknown(`There is no probe ${name}.`);
  },
});

/** Whoever may name an address can make Castor look into its own network, so this is an admin's. */
export const tryOut = action("probes.try", {
  about: "Asks an address that is in no configuration, once, to try a probe before it is written.",
  allow: "admin",
  input: z
    .object({
      address: z.string().max(2_000).describe("Such as https://shop.example/ or tcp://db:5432."),
      timeout: z.string().max(20).optional().describe("Such as 5s."),
      follow: z.boolean().optional().describe("Follows redirects."),
      status: z
        .array(z.union([z.number(), z.string()]))
        .max(20)
        .optional(),
      contains: z.array(z.string()).max(20).optional().describe("Texts that must be there."),
      matches: z
        .array(z.string())
        .max(20)
        .optional()
        .describe("Expressions (RE2) that must be there."),
      records: z.array(z.string()).max(20).optional().describe("Of DNS: exactly these."),
    })
    .strict(),
  output: Tried,
  act: async ({ address: url, timeout, follow, ...expect }, fx: Effects<Config>) => {
    const probe = Probe.safeParse({ url, timeout, follow, expect });
    if (probe.success) return await byHand(probe.data, fx);
    const [first] = probe.error.issues;
    return notATarget(`${first?.path.join(".") ?? "It"}: ${first?.message ?? "is wrong"}.`);
  },
});
