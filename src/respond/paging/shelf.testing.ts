import { answer, capability } from "#kernel";
import * as z from "zod";
import { type Match, matching } from "../runbooks/contract.ts";

/** What is found on the shelf, whatever is asked; and what was asked. */
export const shelf = { books: [] as Match[], asked: [] as unknown[] };
export const runbooks = capability({
  ...{ id: "runbooks", about: "Runbooks, as a test has them.", config: z.object({}) },
  answers: [
    answer(matching, (_, asked) => {
      shelf.asked.push(asked);
      return { runbooks: shelf.books };
    }),
  ],
});
