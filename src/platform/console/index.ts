import { capability } from "#kernel";
import { Config } from "./config.ts";
import { consoleOpened } from "./contract.ts";

export const console = capability({
  id: "console",
  about: "Where the console and the API are.",
  config: Config,
  emits: [consoleOpened],
});
