import { type Beginning, type Change, type Read, type Recorded, suspects } from "#kernel";
import type { SuspectChange } from "../contract.ts";

export const windowHours = 24;
const hourMs = 3_600_000;
const shown = 10;

type About = { project: string; service: string };
type Named = { service?: unknown; project?: unknown; release?: unknown };

const concerns = ({ event }: Recorded, of: About): boolean => {
  const { service, project } = event.data as Named;
  return (
    (service === undefined || service === of.service) &&
    (project === undefined || project === of.project)
  );
};

const changeOf = ({ position, at, event }: Recorded): Change => {
  const { release } = event.data as Named;
  return { position, at, ...(typeof release === "string" ? { release } : {}) };
};

/** The changes around a beginning, the likeliest first, in words. */
export function suspectsAround(
  read: Pick<Read, "changes" | "says">,
  of: About & { beginning: Beginning },
): SuspectChange[] {
  const { firstAt } = of.beginning;
  const recorded = read
    .changes({ from: firstAt - windowHours * hourMs, to: firstAt })
    .filter((each) => concerns(each, of));
  const byPosition = new Map(recorded.map((each) => [each.position, each]));
  return suspects(recorded.map(changeOf), of.beginning)
    .slice(0, shown)
    .flatMap(({ change, probability }) => {
      const found = byPosition.get(change.position);
      if (!found) return [];
      const { position, at, event } = found;
      return [{ position, at, type: event.type, says: read.says(event), probability }];
    });
}
