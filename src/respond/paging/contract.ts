import { order, problem } from "#kernel/contract";

export {
  About,
  acknowledged,
  Callee,
  changed,
  climbed,
  overlooked,
  reasons,
  reassigned,
  resolved,
  seen,
  triggered,
  urgencies,
} from "./contract/page.ts";
export {
  accepted,
  attempted,
  delivered,
  type DeliveryName,
  dropped,
  failed,
  folded,
  hastened,
  intended,
  kinds,
} from "./contract/delivery.ts";
export { channelRefused, channelsChosen, notYours, unknownChannel } from "./contract/chosen.ts";
export { CallsReplayed, PagesReplayed, replayInvalid } from "./contract/replay.ts";
export { landed, now, page, people, who } from "./contract/queries.ts";

export const unknownPage = problem("paging.unknown-page", 404, "There is no such page");
export const pageOver = problem("paging.over", 409, "The page is over");
export const unknownPerson = problem(
  "paging.unknown-person",
  404,
  "Nobody of this name can be paged",
);
export const nobodyThere = problem("paging.nobody", 409, "Nobody is configured who could be paged");

/** Calls people for something that no alert told of. */
export const raise = order<{ title: string; receiver?: string; service?: string }>("paging.raise");
