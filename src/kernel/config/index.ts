export {
  changedValues,
  durationText,
  configJsonSchema,
  type Effective,
  effectiveValues,
} from "./show.ts";
export { givenVariable } from "./given.ts";
export { type Given, type Input, loadConfig, type Loaded } from "./load.ts";
export { type Check, unknownReference } from "./cross-checks.ts";
export { type Finding, type Mistake, type Path, placeOf, printMistakes } from "./mistake.ts";
export { listed, nearest } from "./nearest.ts";
export { type Changed, watchConfig } from "./watch.ts";
export { followConfig, type Following, type Good } from "./follow.ts";
export { configurationOf, type Sections } from "./sections.ts";
export { configReference } from "./reference.ts";
