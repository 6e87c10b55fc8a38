export { durationText, configJsonSchema, type Effective, effectiveValues, MASK } from "./show.ts";
export {
  type Check,
  type Input,
  loadConfig,
  type Loaded,
  type Sections,
  unknownReference,
} from "./load.ts";
export { type Finding, type Mistake, type Path, placeOf, printMistakes } from "./mistake.ts";
export { listed, nearest } from "./nearest.ts";
export { type Changed, watchConfig } from "./watch.ts";
export { followConfig, type Following, type Good } from "./follow.ts";
export { configurationOf } from "./sections.ts";
