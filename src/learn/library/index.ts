import { capability, type Capability } from "#kernel";
import { answers } from "./answers.ts";
import * as contract from "./contract.ts";
import { checkLinksAction } from "./links.ts";
import { Config } from "./reach.ts";
import { shelf } from "./shelf.ts";
import { dropAction, importAction } from "./take.ts";

export const library: Capability = capability({
  id: "library",
  about:
    "What happened to others: collections of post-mortems and scenarios, searched by words and by likeness.",
  config: Config,
  emits: [contract.storiesTaken, contract.storiesDropped, contract.linksChecked],
  refuses: [contract.notReadable, contract.notFetched, contract.unknownSource],
  views: [shelf],
  actions: [importAction, dropAction, checkLinksAction],
  answers,
});
