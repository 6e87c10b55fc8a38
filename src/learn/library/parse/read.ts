import type { Story } from "../contract.ts";
import { readMarkdown } from "./markdown.ts";
import { readScenarios } from "./scenarios.ts";

/** Reads a collection, whatever it is: scenarios as JSON, a list of post-mortems, or any Markdown. The same story twice is one. */
export function readCollection(text: string, name: string): Story[] {
  const stories = readScenarios(jsonIn(text)) ?? readMarkdown(text, name);
  return [...new Map(stories.map((each) => [each.id, each])).values()];
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}
