import type { Read } from "#kernel";
import { consoleOpened } from "../../platform/console/contract.ts";

/** Where the console answers, for links in what leaves it. */
export const consoleAt = ({ log }: Pick<Read, "log">): string | undefined => {
  const [last] = log.page({ after: 0, limit: 1, types: [consoleOpened.type], backwards: true });
  return (last?.event.data as { url?: string } | undefined)?.url;
};
