import { event, problem } from "#kernel/contract";
import * as z from "zod";

/** The subject's key is gone: what the log has about them reads "[erased]" from now on. */
export const erased = event("privacy.erased", z.object({ subject: z.string() }), {
  says: ({ subject }) => `The personal data of ${subject} was erased`,
});

export const nothingToErase = problem(
  "privacy.nothing-to-erase",
  404,
  "Nothing is kept under that subject",
);
