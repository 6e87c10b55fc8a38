import { action, answer, capability, type Capability } from "#kernel";
import * as z from "zod";
import { frozen, noSnapshot, status, thawed } from "../freeze/contract.ts";

/** Stands in for the freeze of one shop, without crawling anything. */
export function freezer(has: { snapshot: boolean }): Capability {
  let is: { service: string; since: number; reason: string } | undefined;
  const taken = {
    ...{ service: "shop", index: "a".repeat(64), takenAt: 500, pages: 40, files: 90 },
    ...{ bytes: 1_000, coverage: 0.98, missing: 0, tookMs: 10 },
  };
  return capability({
    id: "freeze",
    about: "A freeze that only remembers.",
    config: z.object({}),
    emits: [frozen, thawed],
    refuses: [noSnapshot],
    actions: [
      action("freeze.start", {
        about: "Freezes.",
        input: z.object({ service: z.string(), reason: z.string(), for: z.string().default("1h") }),
        output: z.object({}),
        act: async ({ service, reason }, fx) => {
          if (!has.snapshot) return noSnapshot("Take one first.");
          is = { service, since: fx.now, reason };
          await fx.record("sites", [frozen(is)]);
          return {};
        },
      }),
      action("freeze.end", {
        about: "Thaws.",
        input: z.object({ service: z.string() }),
        output: z.object({}),
        act: async ({ service }, fx) => {
          await fx.record("sites", [thawed({ service, since: is?.since ?? 0, why: "asked" })]);
          is = undefined;
          return {};
        },
      }),
    ],
    answers: [
      answer(status, () => ({
        sites: [
          {
            service: "shop",
            ...(is === undefined ? {} : { frozen: is }),
            ...(has.snapshot ? { snapshot: taken } : {}),
            forms: { waiting: 0, sent: 0, failed: 0, bytes: 0 },
          },
        ],
      })),
    ],
  });
}
