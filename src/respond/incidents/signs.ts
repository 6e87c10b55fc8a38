import { view, type View } from "#kernel";
import { acknowledged, groupChanged, groupClosed, groupOpened } from "../alerts/contract.ts";
import { acknowledged as pageAcknowledged } from "../paging/contract.ts";

/** A group of alerts that goes on: what people declare is often what it tells of. */
export type Sign = {
  group: string;
  title: string;
  services: string[];
  /** When the harm began by the alerts, and when the group was told of. */
  since: number;
  openedAt: number;
  acknowledgedAt: number | null;
};

const signsMax = 1_000;

/** The groups that go on and page somebody, by their ids. A page of an alert has the id of its group. */
export const signs: View<Record<string, Sign>> = view<
  Record<string, Sign>,
  | typeof groupOpened
  | typeof groupChanged
  | typeof groupClosed
  | typeof acknowledged
  | typeof pageAcknowledged
>("incidents.signs", {
  from: [groupOpened, groupChanged, groupClosed, acknowledged, pageAcknowledged],
  empty: () => ({}),
  apply: (all, { event, at }) => {
    switch (event.type) {
      case "alerts.group-closed":
        delete all[event.data.group];
        return all;
      case "alerts.acknowledged":
      case "paging.acknowledged": {
        const known = all["group" in event.data ? event.data.group : event.data.page];
        if (known) known.acknowledgedAt ??= at;
        return all;
      }
      default: {
        const { group, title, service, impact, since, quiet } = event.data;
        if (quiet) return all;
        const { openedAt = at, acknowledgedAt = null } = all[group] ?? {};
        const services = [...new Set([service ?? [], impact].flat())];
        all[group] = {
          group,
          title,
          services,
          since: Math.min(since, at),
          openedAt,
          acknowledgedAt,
        };
        const oldest = Object.keys(all)[0];
        if (oldest !== undefined && Object.keys(all).length > signsMax) delete all[oldest];
        return all;
      }
    }
  },
});

export const shares = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((each) => b.includes(each));
