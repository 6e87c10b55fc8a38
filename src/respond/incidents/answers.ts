import { answer, type Read } from "#kernel";
import { book } from "./book.ts";
import type { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { impactNow } from "./impact.ts";
import { isOver } from "./incident.ts";
import { whoIsHere } from "./room/presence.ts";
import { timelineNow } from "./timeline.ts";
import { alertsOf, oneWith, whole } from "./together.ts";

const find = (read: Pick<Read, "view">, incident: string): contract.Incident | undefined =>
  read.view(book)[incident];

const isOpen = ({ stage, mergedInto }: contract.Incident): boolean =>
  !isOver(stage) && mergedInto === undefined;

export const answers = [
  answer(contract.all, (read, { open, service, limit }) => {
    const found = Object.values(read.view(book))
      .filter((each) => open === undefined || isOpen(each) === open)
      .filter((each) => service === undefined || each.services.includes(service))
      .toReversed();
    return { at: read.now, incidents: found.slice(0, limit), more: found.length > limit };
  }),
  answer(contract.one, (read: Read<Config>, { incident }) => {
    const of = find(read, incident);
    return {
      ...{ at: read.now, incident: of ?? null, hasChat: read.config.chat !== undefined },
      callLink: read.config.callLink?.replaceAll("{incident}", incident) ?? null,
      oneWith: oneWith(read.view(book), incident).map((each) => each.incident),
      ...(of ? alertsOf(read, of) : { alerts: [], labels: {} }),
    };
  }),
  answer(contract.here, (read, { incident }) => ({ people: whoIsHere(read, incident) })),
  answer(contract.timelineOf, (read, { incident, beforeMs }) => {
    const of = find(read, incident);
    if (!of) return { at: read.now, rows: [], isCut: false };
    const all = read.view(book);
    return timelineNow(read, whole(all, of), { beforeMs, merged: oneWith(all, incident) });
  }),
  answer(contract.impactOf, (read, { incident }) => {
    const of = find(read, incident);
    return of
      ? impactNow(read, whole(read.view(book), of))
      : { from: read.now, to: read.now, services: [] };
  }),
];
