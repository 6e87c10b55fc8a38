import type { Component, Maintenance, Picture, PublicIncident, Update } from "../contract.ts";
import { pageId } from "../picture.ts";
import { said } from "./words.ts";

/** Statuspage's public API v2, as its readers parse it; the paths below `/api/v2/`. */
export function apiDocuments(picture: Picture): Record<string, unknown> {
  const page = pageOf(picture);
  const components = componentRows(picture);
  const incidents = picture.incidents.map((each) => incidentRow(picture, each));
  const maintenances = picture.maintenances.map((each) => maintenanceRow(picture, each));
  const unresolved = incidents.filter(({ status }) => !["resolved", "postmortem"].includes(status));
  const upcoming = maintenances.filter(({ status }) => status === "scheduled");
  const active = maintenances.filter(({ status }) => ["in_progress", "verifying"].includes(status));
  const status = overall(picture);
  return {
    "status.json": { page, status },
    "components.json": { page, components },
    "incidents.json": { page, incidents },
    "incidents/unresolved.json": { page, incidents: unresolved },
    "scheduled-maintenances.json": { page, scheduled_maintenances: maintenances },
    "scheduled-maintenances/upcoming.json": { page, scheduled_maintenances: upcoming },
    "scheduled-maintenances/active.json": { page, scheduled_maintenances: active },
    "summary.json": {
      ...{ page, components, incidents: unresolved },
      ...{ scheduled_maintenances: [...upcoming, ...active], status },
    },
  };
}

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

const pageOf = ({ page }: Picture) => ({
  ...{ id: page.id, name: page.title, url: page.url, time_zone: page.zone },
  updated_at: iso(page.updatedAt),
});
const idOf = (picture: Picture, what: string): string => pageId(`${picture.page.url} ${what}`);

type Indicator = "none" | "minor" | "major" | "critical";
const descriptions: Readonly<Record<Indicator, string>> = {
  none: "All Systems Operational",
  minor: "Minor Service Outage",
  major: "Partial System Outage",
  critical: "Major Service Outage",
};

const indicators = ["none", "minor", "major", "critical"] as const;
const levels: Readonly<Record<Component["status"], number>> = {
  ...{ operational: 0, under_maintenance: 0, degraded_performance: 1, partial_outage: 2 },
  major_outage: 2,
};

/** One word for the whole page: the gravest of components and open incidents. Work in progress is no outage. */
export function overall(picture: Picture): { indicator: Indicator; description: string } {
  const statuses = picture.components.map(({ status }) => status);
  const isAllOut = statuses.length > 0 && statuses.every((each) => each === "major_outage");
  const open = picture.incidents.filter(({ resolvedAt }) => resolvedAt === null);
  const level = Math.max(
    isAllOut ? 3 : 0,
    ...statuses.map((each) => levels[each]),
    ...open.map(({ impact }) => indicators.indexOf(impact)),
  );
  const indicator = indicators[level] ?? "none";
  const isInWork = level === 0 && statuses.includes("under_maintenance");
  return {
    indicator,
    description: isInWork ? "Service Under Maintenance" : descriptions[indicator],
  };
}

function componentRow(picture: Picture, component: Component, position: number) {
  return {
    id: idOf(picture, component.id),
    name: said(component.name, picture.page.languages),
    status: component.status,
    ...{ created_at: iso(component.createdAt), updated_at: iso(component.updatedAt), position },
    description:
      component.description === null ? null : said(component.description, picture.page.languages),
    ...{ showcase: true, start_date: iso(component.createdAt).slice(0, 10) },
    group_id: component.group === null ? null : idOf(picture, `group ${component.group}`),
    ...{ page_id: picture.page.id, group: false, only_show_if_degraded: false },
  };
}

/** Groups are rows among the others, with the ids of theirs. */
function componentRows(picture: Picture) {
  const rows = picture.components.map((each, i) => componentRow(picture, each, i + 1));
  const groups = picture.groups.map(({ id, name }, i) => {
    const own = picture.components.filter(({ group }) => group === id);
    const worst = own
      .map(({ status }) => status)
      .toSorted((a, b) => rank.indexOf(b) - rank.indexOf(a))[0];
    const times = own.map((each) => each.updatedAt);
    return {
      ...{ id: idOf(picture, `group ${id}`), name: said(name, picture.page.languages) },
      status: worst ?? "operational",
      created_at: iso(Math.min(picture.at, ...own.map((each) => each.createdAt))),
      updated_at: iso(Math.max(0, ...times) || picture.at),
      ...{ position: rows.length + i + 1, description: null, showcase: false, start_date: null },
      ...{ group_id: null, page_id: picture.page.id, group: true, only_show_if_degraded: false },
      components: own.map((each) => idOf(picture, each.id)),
    };
  });
  return [...rows, ...groups];
}
const rank = [
  ...["operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage"],
];

function updateRow(picture: Picture, thread: string, { post, stage, text, at, changes }: Update) {
  const named = changes.flatMap(({ component, from, to }) => {
    const known = picture.components.find(({ id }) => id === component);
    if (!known) return [];
    const name = said(known.name, picture.page.languages);
    return [{ code: idOf(picture, component), name, old_status: from, new_status: to }];
  });
  return {
    ...{ id: idOf(picture, post), incident_id: thread, status: stage },
    body: said(text, picture.page.languages),
    ...{ created_at: iso(at), updated_at: iso(at), display_at: iso(at) },
    affected_components: named.length > 0 ? named : null,
    ...{ deliver_notifications: true, custom_tweet: null, tweet_id: null },
  };
}

function threadRow(picture: Picture, of: PublicIncident | Maintenance) {
  return {
    ...{ id: of.thread, name: said(of.title, picture.page.languages), status: of.stage },
    ...{ created_at: iso(of.createdAt), updated_at: iso(of.updatedAt) },
    ...{ monitoring_at: isoOrNull(of.monitoringAt), resolved_at: isoOrNull(of.resolvedAt) },
    ...{ shortlink: `${picture.page.url}/incidents/${of.thread}`, page_id: picture.page.id },
    incident_updates: of.updates.map((each) => updateRow(picture, of.thread, each)),
    components: picture.components.flatMap((each, i) =>
      of.components.includes(each.id) ? [componentRow(picture, each, i + 1)] : [],
    ),
  };
}
const incidentRow = (picture: Picture, of: PublicIncident) => ({
  ...threadRow(picture, of),
  ...{ impact: of.impact, started_at: iso(of.startedAt) },
});
const maintenanceRow = (picture: Picture, of: Maintenance) => ({
  ...threadRow(picture, of),
  ...{ impact: "none", started_at: iso(of.from) },
  ...{ scheduled_for: iso(of.from), scheduled_until: iso(of.to) },
});
