import { type Effects, type Millis, type Read, wallOf } from "#kernel";
import { whatChanged } from "../../alerts/contract.ts";
import type { Button, Deed, Message } from "../channel/message.ts";
import type { Config } from "../config.ts";
import type { Page } from "../escalation/page.ts";
import { linkKey, linkMs, sealGrant } from "../link/tokens.ts";
import { consoleView } from "../link/address.ts";

const changesMax = 5;
const anomaliesMax = 3;

export type ChangeBefore = { position: number; at: Millis; type: string; says: string };
export type Before = { changes: ChangeBefore[]; anomalies: string[] };

/** What changed and which numbers were odd just before a page's first bad minute, the likeliest first. */
export async function beforeOf(
  read: Pick<Read, "ask">,
  { about: { service, since } }: Page,
): Promise<Before> {
  const asked = { at: since, ...(service === null ? {} : { service }) };
  const { changes, anomalies } = await read.ask(whatChanged, asked);
  return {
    changes: changes.slice(0, changesMax).map(({ position, at, type, says }) => ({
      ...{ position, at, type, says },
    })),
    anomalies: anomalies.slice(0, anomaliesMax).map(({ says }) => says),
  };
}

const minuteMs = 60_000;
const twoDigits = (number: number): string => String(number).padStart(2, "0");

/** "03:10, 7 min ago", by the clocks of whoever reads it. */
export function sinceText(since: Millis, now: Millis, zone: string): string {
  const minutes = Math.max(0, Math.round((now - since) / minuteMs));
  const ago =
    minutes < 1
      ? "just now"
      : minutes < 120
        ? `${minutes} min ago`
        : minutes < 2_880
          ? `${Math.round(minutes / 60)} h ago`
          : `${Math.round(minutes / 1_440)} days ago`;
  const { hour, minute } = wallOf(since, zone);
  return `${twoDigits(hour)}:${twoDigits(minute)}${zone === "UTC" ? " UTC" : ""}, ${ago}`;
}

/** Of what came back soon: how long it was over, and when it began the time before. */
export function backText({ before, triggeredAt }: Page, now: Millis, zone: string): string[] {
  if (before === null) return [];
  const minutes = Math.max(1, Math.round((triggeredAt - before.resolvedAt) / minuteMs));
  return [
    `Back after ${minutes} min; the time before it began at ${sinceText(before.triggeredAt, now, zone)}`,
  ];
}

/** Where to read what to do, as alerts carry it. */
export const runbookOf = ({ about: { annotations } }: Page): string | undefined => {
  const said = annotations["runbook_url"] ?? annotations["runbook"];
  return said !== undefined && /^https?:\/\//.test(said) ? said : undefined;
};

const labels: Readonly<Record<Deed, string>> = {
  ...{ acknowledge: "Acknowledge", escalate: "Escalate", silence: "Silence 1 h" },
};

/** Where phones reach the console, without a slash at the end. */
export const addressNow = (fx: Pick<Effects<Config>, "config" | "view">): string | null =>
  (fx.config.address ?? fx.view(consoleView))?.replace(/\/$/, "") ?? null;

/** Somebody has seen to it, so they know; and it came from an alert, so there is something to mend. */
export const canBeNoise = ({ phase, about }: Page): boolean =>
  phase !== "triggered" && Object.keys(about.labels).length > 0;

export async function linksFor(
  fx: Effects<Config>,
  of: { page: string; person: string; deeds: readonly Deed[] },
): Promise<{ url: string | undefined; noiseUrl?: string; buttons: Button[] }> {
  const address = addressNow(fx);
  if (address === null) return { url: undefined, buttons: [] };
  const key = await linkKey(fx);
  const linked = (deed: Deed | "show" | "noise"): string => {
    const grant = { deed, page: of.page, person: of.person, until: fx.now + linkMs };
    return `${address}/in/page/${sealGrant(key, grant)}`;
  };
  return {
    ...{ url: linked("show"), noiseUrl: linked("noise") },
    buttons: of.deeds.map((deed) => ({ deed, label: labels[deed], url: linked(deed) })),
  };
}

export const zoneOf = ({ people }: Config, person: string): string => people[person]?.zone ?? "UTC";

type Made = {
  id: string;
  person: string;
  isMaybeDuplicate: boolean;
  first: string | null | undefined;
};

/** What somebody is told of a page, as it is right now. */
export async function pageMessage(
  fx: Effects<Config>,
  page: Page,
  of: Made & { kind: "call" | "update" },
): Promise<Message> {
  const { about, phase, acknowledgedBy } = page;
  const isOpen = phase !== "resolved";
  const deeds: Deed[] = phase === "triggered" ? ["acknowledge", "escalate", "silence"] : [];
  const links = await linksFor(fx, { page: page.page, person: of.person, deeds });
  const { url, buttons } = links;
  const runbook = runbookOf(page);
  const { changes, anomalies } = isOpen ? await beforeOf(fx, page) : { changes: [], anomalies: [] };
  const where = about.service === null ? "" : `${about.service}, `;
  return {
    ...{
      id: of.id,
      kind: of.kind,
      thread: page.page,
      page: page.page,
      person: of.person,
      title: about.title,
    },
    ...{ severity: about.severity, state: phase, at: fx.now, url, buttons },
    noiseUrl: canBeNoise(page) ? links.noiseUrl : undefined,
    isQuiet: of.kind === "update" || page.urgency === "low",
    isMaybeDuplicate: of.isMaybeDuplicate,
    first: of.first ?? undefined,
    lines: [
      `${where}since ${sinceText(about.since, fx.now, zoneOf(fx.config, of.person))}${about.firing > 1 ? `, ${about.firing} alerts fire` : ""}`,
      ...backText(page, fx.now, zoneOf(fx.config, of.person)),
      ...(acknowledgedBy !== null && isOpen ? [`${acknowledgedBy} sees to it`] : []),
      ...(about.impact.length > 0 ? [`Suffers too: ${about.impact.slice(0, 20).join(", ")}`] : []),
      ...(isOpen && about.annotations["description"] ? [about.annotations["description"]] : []),
      ...changes.map(({ says }) => `Changed just before: ${says}`),
      ...anomalies.map((says) => `Odd then: ${says}`),
      ...(runbook === undefined ? [] : [`Runbook: ${runbook}`]),
    ],
  };
}

/** One message in the place of many. */
export async function digestMessage(
  fx: Effects<Config>,
  pages: readonly Page[],
  of: Made,
): Promise<Message> {
  const deeds: Deed[] = ["acknowledge"];
  const { url, buttons } = await linksFor(fx, { page: "all", person: of.person, deeds });
  const worst = pages.some(({ about }) => about.severity === "critical") ? "critical" : "error";
  return {
    ...{
      id: of.id,
      kind: "digest",
      thread: `digest-${of.person}`,
      page: undefined,
      person: of.person,
    },
    title: `${pages.length} more problems need somebody`,
    ...{ severity: worst, state: "triggered", at: fx.now, url, isQuiet: false },
    isMaybeDuplicate: of.isMaybeDuplicate,
    first: undefined,
    buttons: buttons.map((each) => ({ ...each, label: "Acknowledge all" })),
    lines: pages.slice(0, 20).map(({ about }) => about.title),
  };
}

/** What proves a channel: silent for a canary, with a sound for a test that its owner asked for. */
export const trialMessage = (of: Made & { kind: "test" | "canary"; now: Millis }): Message => ({
  ...{
    id: of.id,
    kind: of.kind,
    thread: "castor-trial",
    page: undefined,
    person: of.person,
    severity: "info",
  },
  title:
    of.kind === "test"
      ? `This is how Castor calls ${of.person}`
      : `Your shift begins soon: this channel works`,
  ...{ lines: [], state: "triggered", at: of.now, isQuiet: of.kind === "canary" },
  ...{ isMaybeDuplicate: of.isMaybeDuplicate, url: undefined, buttons: [], first: undefined },
});
