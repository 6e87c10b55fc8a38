import { command } from "#kernel";
import * as z from "zod";
import * as contract from "../contract.ts";
import * as rules from "./release.ts";

const { releaseKey: key, releaseModel: model } = rules;
const ofRelease = contract.ofRelease;
const At = z.number().int().min(0).optional().describe("Epoch milliseconds; now, unless told.");

export const makeRelease = command("errors.make-release", {
  about: "Tells of a release; those that events come from make themselves.",
  input: ofRelease.extend({ at: At }),
  model,
  key,
  decide: rules.makeRelease,
});
export const finalizeRelease = command("errors.finalize-release", {
  about: "Says that a release is what people get from now on.",
  input: ofRelease.extend({ at: At }),
  model,
  key,
  decide: rules.finalizeRelease,
});
export const setCommits = command("errors.set-commits", {
  about: "Says which commits went into a release.",
  input: ofRelease.extend({
    commits: contract.Commits,
    total: z.number().int().min(0).max(1_000_000),
  }),
  model,
  key,
  decide: rules.setCommits,
});
export const deploy = command("errors.deploy", {
  about: "Says that a release went into service in an environment.",
  input: ofRelease.extend({
    environment: contract.Environment,
    name: z.string().max(200).optional(),
    url: z
      .url({ protocol: /^https?$/ })
      .max(1_000)
      .optional(),
    startedAt: At,
    at: At,
  }),
  model,
  key,
  decide: rules.deploy,
});
export const releaseCommands = [makeRelease, finalizeRelease, setCommits, deploy];
