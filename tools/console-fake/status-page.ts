import type {
  StatusPageDraft,
  StatusPagePicture,
  StatusPageSubscribers,
  StatusPageTargets,
} from "../../src/console/live/shapes.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
type Component = StatusPagePicture["components"][number];
const component = (id: string, name: string, status: Component["status"]): Component => ({
  ...{ id, name: { en: name }, status, description: null, group: null, service: id },
  ...{ createdAt: 0, updatedAt: 0, days: [], uptime: 0.9991 },
});

function picture(): StatusPagePicture {
  const now = Date.now();
  const thread = { resolvedAt: null, monitoringAt: null, components: ["pay"] };
  return {
    at: now,
    page: {
      ...{ id: "0f3k2m9x1ab7", title: "Example shop", url: "https://status.shop.example" },
      ...{ zone: "Europe/Paris", languages: ["en", "fr"], updatedAt: now, oldMinutes: 4 },
      ...{ colour: null, home: null },
      subscribe: { address: "https://castor.shop.example/status", kinds: ["email"] },
    },
    components: [
      component("shop", "Shop", "operational"),
      component("pay", "Payment", "major_outage"),
      component("search", "Search", "under_maintenance"),
    ],
    groups: [],
    incidents: [
      {
        ...{ thread: "k2m9x1ab70f3", incident: "inc-41", stage: "identified", impact: "major" },
        ...{ title: { en: "Nobody can pay by card", fr: "Le paiement par carte est impossible" } },
        ...{ createdAt: now - 52 * minuteMs, updatedAt: now - 34 * minuteMs },
        ...{ startedAt: now - 55 * minuteMs, ...thread },
        updates: [
          {
            ...{ post: "p2", stage: "identified", at: now - 34 * minuteMs, changes: [] },
            text: { en: "Our bank’s gateway is down. They are working on it." },
          },
          {
            ...{ post: "p1", stage: "investigating", at: now - 52 * minuteMs, changes: [] },
            text: { en: "Payments by card fail. We are looking into it." },
          },
        ],
      },
    ],
    maintenances: [
      {
        ...{ thread: "m9x1ab70f3k2", stage: "scheduled", title: { en: "New disks for search" } },
        ...{ createdAt: now, updatedAt: now, ...thread, components: ["search"] },
        ...{ from: now + dayMs, to: now + dayMs + 60 * minuteMs, updates: [] },
      },
    ],
  };
}

const sending = (of: Partial<StatusPageSubscribers["sendings"][number]>) => ({
  ...{ post: "p2", thread: "k2m9x1ab70f3", headline: "[Identified] Nobody can pay by card" },
  ...{ madeAt: Date.now() - 34 * minuteMs, endedAt: null, total: 4_812, told: 4_800, failed: 9 },
  ...{ waiting: 3, inOutbox: 1_204, ...of },
});
const subscribers = (): StatusPageSubscribers => ({
  canSubscribe: true,
  kinds: [
    { kind: "email", confirmed: 4_790, pending: 31, paused: 12 },
    { kind: "slack", confirmed: 14, pending: 1, paused: 0 },
    { kind: "webhook", confirmed: 8, pending: 0, paused: 1 },
  ],
  paused: [{ kind: "webhook", at: Date.now() - 190 * minuteMs, why: "it answered 500" }],
  testers: 2,
  sendings: [
    sending({}),
    sending({
      ...{ post: "p1", headline: "[Investigating] Nobody can pay by card", inOutbox: 0 },
      ...{ madeAt: Date.now() - 52 * minuteMs, told: 4_803, waiting: 0 },
    }),
  ],
});

const target = { tookMs: 210, files: 4, bytes: 23_400, failing: null };
const targets = (): StatusPageTargets => ({
  everyMs: minuteMs,
  targets: [
    {
      ...{ target: "bucket", kind: "s3", where: "https://s3.fr-par.example/status-shop" },
      ...{ ...target, publishedAt: Date.now() - 20_000, triedAt: Date.now() - 20_000 },
    },
    {
      ...{ target: "pages", kind: "git", where: "git@code.example:shop/status.git gh-pages" },
      ...{ ...target, publishedAt: Date.now() - 41 * minuteMs, triedAt: Date.now() - 5_000 },
      failing: {
        ...{ since: Date.now() - 40 * minuteMs, retryAt: Date.now() + minuteMs },
        why: "git failed (128): Permission denied (publickey).",
      },
    },
  ],
});

const draft = (): StatusPageDraft => ({
  draft: {
    ...{ title: { en: "Problems with Shop", fr: "Problèmes avec Boutique" } },
    text: { en: "Since 14:02, about 20% of requests to Shop have failed. We are looking into it." },
    ...{ stage: "investigating", impact: "major", thread: null },
    components: { shop: "partial_outage" },
  },
});

export const statusPageAnswers = {
  "status-page.now": picture,
  "status-page.draft": draft,
  "status-page.targets": targets,
  "status-page.subscribers": subscribers,
};
