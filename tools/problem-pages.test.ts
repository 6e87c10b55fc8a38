import { expect, test } from "bun:test";
import { join } from "node:path";
import { problemPages, readProblemPage } from "./problem-pages.ts";

test("a page has a title, what happened, and what to do", () => {
  expect(readProblemPage("# No\n\nIt was `refused`.\n\n## What to do\n\nAsk again.\n")).toEqual({
    title: "No",
    says: "It was `refused`.",
    todo: "Ask again.",
  });
});

test("every page in docs/problems says all three", async () => {
  for (const [id, page] of Object.entries(await problemPages(join(import.meta.dir, "..")))) {
    const empty = Object.entries(page).filter(([, text]) => text === "");
    expect({ id, empty }).toEqual({ id, empty: [] });
  }
});
