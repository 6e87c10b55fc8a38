import { type Command, command } from "#kernel";
import { purge, PurgeInput, purges } from "./purge.ts";
import { EndStale, endStale, modes, ServeStale, serveStale } from "./stale.ts";

export const purgeCommand: Command = command("cache.purge", {
  about: "Takes stored responses out, by URL, prefix or tag; soft keeps them as stale.",
  input: PurgeInput,
  model: purges,
  key: () => "purges",
  decide: purge,
});
export const serveStaleCommand: Command = command("cache.serve-stale", {
  about: "Declares that stale pages are good enough for a while: the origin gets a rest.",
  input: ServeStale,
  model: modes,
  key: () => "stale",
  decide: serveStale,
});
export const endStaleCommand: Command = command("cache.end-stale", {
  about: "Ends it before its time.",
  input: EndStale,
  model: modes,
  key: () => "stale",
  decide: endStale,
});
