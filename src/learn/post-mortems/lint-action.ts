import { action } from "#kernel";
import * as z from "zod";
import { list as peopleList } from "../../platform/people/contract.ts";
import { lint } from "./contract.ts";

const Finding = z.object({
  from: z.number(),
  to: z.number(),
  line: z.number(),
  column: z.number(),
  text: z.string(),
  rule: z.string(),
  why: z.string(),
  instead: z.string(),
});

export const lintAction = action("post-mortems.lint", {
  about: "Finds words that look for a culprit, in English and French, with a proposal for each.",
  allow: "viewer",
  input: z.object({ text: z.string().max(100_000).describe("Markdown.") }),
  output: z.object({ findings: z.array(Finding) }),
  act: async ({ text }, fx) => {
    const { people } = await fx.ask(peopleList, {});
    return {
      findings: lint(
        text,
        people.map(({ name }) => name),
      ),
    };
  },
});
