import { type Command, command } from "#kernel";
import { CacheHarder, cacheHarder, EndHarder, endHarder, harderModes } from "./harder.ts";
import { purge, PurgeInput, purges, wholeHost } from "./purge.ts";
import { EndStale, endStale, modes, ServeStale, serveStale } from "./stale.ts";

export const purgeCommand: Command = command("cache.purge", {
  about: "Takes stored responses out, by URL, prefix or tag; soft keeps them as stale.",
  input: PurgeInput,
  model: purges,
  key: () => "purges",
  decide: purge,
  destroys: {
    what: "Every stored page of a whole host: all of the crowd reaches the origin at once.",
    name: wholeHost,
  },
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

export const cacheHarderCommand: Command = command("cache.cache-harder", {
  about: "Keeps shared pages longer than they say for a while, and shares those that say nothing.",
  input: CacheHarder,
  model: harderModes,
  key: () => "harder",
  decide: cacheHarder,
});

export const endHarderCommand: Command = command("cache.end-harder", {
  about: "Ends it before its time.",
  input: EndHarder,
  model: harderModes,
  key: () => "harder",
  decide: endHarder,
});
