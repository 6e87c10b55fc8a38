import { expect, test } from "bun:test";
import { join } from "node:path";
import { readReasonPage, reasonPages } from "./reason-pages.ts";

test("a page has a title, what happened, what a visitor sees, and what to do", () => {
  const page =
    "# No\n\nIt was refused.\n\n## What a visitor sees\n\nA 404.\n\n## What to do\n\nAsk again.\n";
  expect(readReasonPage(page)).toEqual({
    title: "No",
    says: "It was refused.",
    sees: "A 404.",
    todo: "Ask again.",
  });
});

test("every page in docs/reasons says what happened, what a visitor sees, and what to do", async () => {
  for (const [code, page] of Object.entries(await reasonPages(join(import.meta.dir, "..")))) {
    const empty = Object.entries(page).filter(([, text]) => text === "");
    expect({ code, empty }).toEqual({ code, empty: [] });
  }
});
