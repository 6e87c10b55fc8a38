import { view } from "#kernel";
import { consoleOpened } from "../../../platform/console/contract.ts";

/** Where the console was opened last. */
export const consoleView = view<string | null, typeof consoleOpened>("paging.console", {
  from: [consoleOpened],
  empty: () => null,
  apply: (_, { event }) => event.data.url,
});
