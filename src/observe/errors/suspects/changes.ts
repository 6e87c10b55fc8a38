import { type Beginning, type Read, type Recorded, suspected } from "#kernel";
import type { SuspectChange } from "../contract.ts";

const shown = 10;

type About = { project: string; service: string };

const concerns = ({ event }: Recorded, of: About): boolean => {
  const { service, project } = event.data as { service?: unknown; project?: unknown };
  return (
    (service === undefined || service === of.service) &&
    (project === undefined || project === of.project)
  );
};

/** The changes around a beginning that concern a project, the likeliest first, in words. */
export const suspectsAround = (
  read: Pick<Read, "changes" | "says" | "log">,
  { beginning, ...about }: About & { beginning: Beginning },
): SuspectChange[] =>
  suspected(read, { ...beginning, concerns: (each) => concerns(each, about), max: shown });
