import type { Read, Recorded } from "#kernel";
import { staleStarted } from "../../../absorb/cache/contract.ts";
import { ended as faultEnded, started as faultStarted } from "../../../absorb/faults/contract.ts";
import { frozen, thawed } from "../../../absorb/freeze/contract.ts";
import { splitChanged, splitEnded } from "../../../absorb/gateway/contract.ts";
import { climbed, descended, forced } from "../../../absorb/surge/contract.ts";
import { configApplied } from "../../../platform/settings/contract.ts";
import {
  instancePlaced,
  serviceChanged,
  serviceDeclared,
  serviceWithdrawn,
} from "../../../run/catalog/contract.ts";
import type { SuspectChange } from "../contract.ts";
import { type Beginning, type Change, suspects } from "./suspects.ts";

export const windowHours = 24;
const hourMs = 3_600_000;
const readTogether = 500;
const pagesMax = 4;
const shown = 10;

/** What may bring an error: releases, services, configuration, splits, steps of the ladder, faults. */
const suspected = [
  "errors.deployed",
  ...[configApplied, serviceDeclared, serviceChanged, serviceWithdrawn, instancePlaced],
  ...[splitChanged, splitEnded, climbed, descended, forced, faultStarted, faultEnded],
  ...[frozen, thawed, staleStarted],
].map((each) => (typeof each === "string" ? each : each.type));

type About = { project: string; service: string };
type Named = { service?: unknown; project?: unknown; release?: unknown };

const concerns = ({ event }: Recorded, of: About): boolean => {
  const { service, project } = event.data as Named;
  return (
    (service === undefined || service === of.service) &&
    (project === undefined || project === of.project)
  );
};

/** What changed in the day before, from the log; the newest 2,000 changes are looked through. */
function changesBefore(read: Pick<Read, "log">, firstAt: number, of: About): Recorded[] {
  const found: Recorded[] = [];
  let before: number | undefined;
  for (let pages = 0; pages < pagesMax; pages++) {
    const page = read.log.page({
      after: 0,
      limit: readTogether,
      types: suspected,
      backwards: true,
      ...(before === undefined ? {} : { before }),
    });
    found.push(...page.filter((each) => each.at <= firstAt && concerns(each, of)));
    const last = page.at(-1);
    if (!last || page.length < readTogether || last.at < firstAt - windowHours * hourMs) break;
    before = last.position;
  }
  return found.filter(({ at }) => at >= firstAt - windowHours * hourMs);
}

const changeOf = ({ position, at, event }: Recorded): Change => {
  const { release } = event.data as Named;
  return { position, at, ...(typeof release === "string" ? { release } : {}) };
};

/** The changes around a beginning, the likeliest first, in words. */
export function suspectsAround(
  read: Pick<Read, "log" | "says">,
  of: About & { beginning: Beginning },
): SuspectChange[] {
  const recorded = changesBefore(read, of.beginning.firstAt, of);
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
