import { answer, capability } from "#kernel";
import { Config, lastConfiguration, type Source } from "./configuration.ts";
import { config, configApplied, configRefused } from "./contract.ts";

export const settings = capability({
  id: "settings",
  about: "The configuration in force, where each value comes from, and what was refused.",
  config: Config,
  emits: [configApplied, configRefused],
  views: [lastConfiguration],
  answers: [
    answer(config, (read) => {
      const { appliedAt, refused } = read.view(lastConfiguration);
      const source = read.equipment<Source>("configuration");
      return { file: source.file, appliedAt, values: source.values(), refused };
    }),
  ],
});
