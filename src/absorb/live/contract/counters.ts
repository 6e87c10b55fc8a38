import { counter } from "#kernel/contract";

/** Answers by what became of them (`contract/outcomes.ts`), as nodes told it; a rehearsal is a show of its own here. */
export const answered = counter("live.answers", "sum", ["show", "outcome"], "answers");
