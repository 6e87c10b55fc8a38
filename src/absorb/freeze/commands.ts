import { type Command, command } from "#kernel";
import { Crawl, crawl, End, end, Start, sites, start } from "./freeze.ts";

const key = (): string => "sites";

export const startCommand: Command = command("freeze.start", {
  about: "Serves the copy of a site from now on: the origin gets a rest.",
  input: Start,
  model: sites,
  key,
  decide: start,
});
export const endCommand: Command = command("freeze.end", {
  about: "Thaws: visitors reach the origin again, and kept forms are sent to it.",
  input: End,
  model: sites,
  key,
  decide: end,
});
export const crawlCommand: Command = command("freeze.crawl", {
  about: "Takes a new snapshot now; freeze status says how far it is.",
  input: Crawl,
  model: sites,
  key,
  decide: crawl,
});
