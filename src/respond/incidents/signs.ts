import { view, type View } from "#kernel";
import {
  acknowledged,
  groupChanged,
  groupClosed,
  groupOpened,
  type GroupTold,
} from "../alerts/contract.ts";

/** A group of alerts that goes on: what people declare is often what it tells of. */
export type Sign = {
  group: string;
  title: string;
  services: string[];
  /** When the harm began by the alerts, and when the group was told of. */
  since: number;
  openedAt: number;
  acknowledgedAt: number | null;
  /** It is over; what it was called still finds the runbook. */
  closedAt: number | null;
  /** By their names, and what they have in common. */
  alerts: string[];
  labels: Record<string, string>;
};

const signsMax = 1_000;
const namesMax = 20;

const namesOf = ({ labels, alerts }: GroupTold): string[] =>
  [
    ...new Set(
      [labels, ...alerts.map((each) => each.labels)].flatMap((of) => of["alertname"] ?? []),
    ),
  ].slice(0, namesMax);

/** The groups that page somebody, by their ids; those that are over go first when there are many. Whoever saw to a page, paging tells alerts of. */
export const signs: View<Record<string, Sign>> = view<
  Record<string, Sign>,
  typeof groupOpened | typeof groupChanged | typeof groupClosed | typeof acknowledged
>("incidents.signs", {
  version: 3,
  from: [groupOpened, groupChanged, groupClosed, acknowledged],
  empty: () => ({}),
  apply: (all, { event, at }) => {
    switch (event.type) {
      case "alerts.group-closed": {
        const { [event.data.group]: known, ...others } = all;
        // Behind the others: what has been over for longest is the first to go.
        return known ? { ...others, [known.group]: { ...known, closedAt: at } } : all;
      }
      case "alerts.acknowledged": {
        const known = all[event.data.group];
        if (known) known.acknowledgedAt ??= at;
        return all;
      }
      default:
        if (event.data.quiet) return all;
        all[event.data.group] = signOf(event.data, { at, before: all[event.data.group] });
        if (Object.keys(all).length > signsMax) delete all[firstToGo(all)];
        return all;
    }
  },
});

function signOf(told: GroupTold, { at, before }: { at: number; before?: Sign | undefined }): Sign {
  const { group, title, service, impact, since, labels } = told;
  const { openedAt = at, acknowledgedAt = null } = before?.closedAt === null ? before : {};
  return {
    ...{ group, title, services: [...new Set([service ?? [], impact].flat())] },
    ...{ since: Math.min(since, at), openedAt, acknowledgedAt, closedAt: null },
    ...{ alerts: namesOf(told), labels },
  };
}

function firstToGo(all: Readonly<Record<string, Sign>>): string {
  const groups = Object.keys(all);
  return groups.find((each) => all[each]?.closedAt !== null) ?? groups[0] ?? "";
}

export const goesOn = ({ closedAt }: Sign): boolean => closedAt === null;
export const shares = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((each) => b.includes(each));
