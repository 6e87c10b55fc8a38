import type { ComponentType } from "react";
import type { IconName } from "./ui/icon.tsx";

export type Page = {
  id: string;
  path: string;
  title: string;
  icon: IconName;
  /** The second key after `g`. */
  key: string;
  load: () => Promise<ComponentType>;
};

/** Pages that belong together, as capabilities do; the first ones stand for themselves. */
export type PageGroup = { title?: string; pages: readonly Page[] };

/** The pages, in the order of the navigation. A capability with pages adds its line here. */
export const pageGroups: readonly PageGroup[] = [
  {
    pages: [
      {
        id: "now",
        path: "/",
        title: "Now",
        icon: "now",
        key: "n",
        load: async () => (await import("./now/now.tsx")).NowPage,
      },
    ],
  },
  {
    title: "Absorb",
    pages: [
      {
        id: "gateway",
        path: "/gateway",
        title: "Gateway",
        icon: "gateway",
        key: "g",
        load: async () => (await import("../absorb/gateway/console.tsx")).GatewayPage,
      },
      {
        id: "freeze",
        path: "/freeze",
        title: "Freeze",
        icon: "freeze",
        key: "f",
        load: async () => (await import("../absorb/freeze/console.tsx")).FreezePage,
      },
      {
        id: "waiting-room",
        path: "/waiting-rooms",
        title: "Waiting rooms",
        icon: "people",
        key: "w",
        load: async () => (await import("../absorb/waiting-room/console.tsx")).WaitingRoomsPage,
      },
      {
        id: "live",
        path: "/live",
        title: "Live shows",
        icon: "play",
        key: "v",
        load: async () => (await import("../absorb/live/console.tsx")).LivePage,
      },
      {
        id: "faults",
        path: "/faults",
        title: "Faults",
        icon: "warning",
        key: "x",
        load: async () => (await import("../absorb/faults/console.tsx")).FaultsPage,
      },
    ],
  },
  {
    title: "Run",
    pages: [
      {
        id: "catalog",
        path: "/services",
        title: "Services",
        icon: "services",
        key: "c",
        load: async () => (await import("../run/catalog/console.tsx")).ServicesPage,
      },
    ],
  },
  {
    title: "Observe",
    pages: [
      {
        id: "errors",
        path: "/errors",
        title: "Errors",
        icon: "cross",
        key: "e",
        load: async () => (await import("../observe/errors/console.tsx")).ErrorsPage,
      },
      {
        id: "probes",
        path: "/probes",
        title: "Probes",
        icon: "target",
        key: "u",
        load: async () => (await import("../observe/probes/console.tsx")).ProbesPage,
      },
    ],
  },
  {
    title: "Respond",
    pages: [
      {
        id: "alerts",
        path: "/alerts",
        title: "Alerts",
        icon: "bell",
        key: "a",
        load: async () => (await import("../respond/alerts/console.tsx")).AlertsPage,
      },
      {
        id: "on-call",
        path: "/on-call",
        title: "On-call",
        icon: "clock",
        key: "o",
        load: async () => (await import("./shell/on-call.tsx")).OnCallPage,
      },
      {
        id: "incidents",
        path: "/incidents",
        title: "Incidents",
        icon: "refused",
        key: "i",
        load: async () => (await import("../respond/incidents/console.tsx")).IncidentsPage,
      },
      {
        id: "runbooks",
        path: "/runbooks",
        title: "Runbooks",
        icon: "steps",
        key: "r",
        load: async () => (await import("../respond/runbooks/console.tsx")).RunbooksPage,
      },
      {
        id: "status-page",
        path: "/status-page",
        title: "Status page",
        icon: "page",
        key: "p",
        load: async () => (await import("../respond/status-page/console.tsx")).StatusPage,
      },
    ],
  },
  {
    title: "Learn",
    pages: [
      {
        id: "post-mortems",
        path: "/post-mortems",
        title: "Post-mortems",
        icon: "file",
        key: "m",
        load: async () => (await import("../learn/post-mortems/console.tsx")).PostMortemsPage,
      },
      {
        id: "reliability",
        path: "/reliability",
        title: "Reliability",
        icon: "chart",
        key: "t",
        load: async () => (await import("../learn/reliability/console.tsx")).ReliabilityPage,
      },
      {
        id: "library",
        path: "/library",
        title: "Library",
        icon: "book",
        key: "b",
        load: async () => (await import("../learn/library/console.tsx")).LibraryPage,
      },
    ],
  },
  {
    title: "Castor",
    pages: [
      {
        id: "approvals",
        path: "/approvals",
        title: "Approvals",
        icon: "approve",
        key: "y",
        load: async () => (await import("../platform/approvals/console.tsx")).ApprovalsPage,
      },
      {
        id: "log",
        path: "/log",
        title: "Log",
        icon: "log",
        key: "l",
        load: async () => (await import("../platform/log/console.tsx")).LogPage,
      },
      {
        id: "settings",
        path: "/settings",
        title: "Settings",
        icon: "settings",
        key: "s",
        load: async () => (await import("./shell/settings.tsx")).SettingsPage,
      },
    ],
  },
];

export const pages: readonly Page[] = pageGroups.flatMap((group) => group.pages);
