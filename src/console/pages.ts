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
export type Section = Omit<Page, "key"> & { about: string; adminOnly?: boolean };

/** The pages, in the order of the navigation. A capability with pages adds its line here. */
export const pages: readonly Page[] = [
  {
    id: "now",
    path: "/",
    title: "Now",
    icon: "now",
    key: "n",
    load: async () => (await import("./now/now.tsx")).NowPage,
  },
  {
    id: "gateway",
    path: "/gateway",
    title: "Gateway",
    icon: "gateway",
    key: "g",
    load: async () => (await import("../absorb/gateway/console.tsx")).GatewayPage,
  },
  {
    id: "catalog",
    path: "/services",
    title: "Services",
    icon: "services",
    key: "c",
    load: async () => (await import("../run/catalog/console.tsx")).ServicesPage,
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
];

/** The sections of the settings page. */
export const sections: readonly Section[] = [
  {
    id: "appearance",
    path: "/settings",
    title: "Appearance",
    about: "Light, dark or as your system says.",
    icon: "sun",
    load: async () => (await import("./shell/appearance.tsx")).Appearance,
  },
  {
    id: "security",
    path: "/settings/security",
    title: "Your sign-in",
    about: "Password, second factor, passkeys and where you are signed in.",
    icon: "shield",
    load: async () => (await import("../platform/people/console.tsx")).SecuritySection,
  },
  {
    id: "people",
    path: "/settings/people",
    title: "People",
    about: "Who may come in, and what they may do.",
    icon: "people",
    load: async () => (await import("../platform/people/console.tsx")).PeopleSection,
    adminOnly: true,
  },
  {
    id: "tokens",
    path: "/settings/tokens",
    title: "Tokens",
    about: "Keys for programs that call Castor's API.",
    icon: "key",
    load: async () => (await import("../platform/tokens/console.tsx")).TokensSection,
  },
  {
    id: "configuration",
    path: "/settings/configuration",
    title: "Configuration",
    about: "Every value, and where it comes from.",
    icon: "file",
    load: async () => (await import("../platform/settings/console.tsx")).ConfigurationSection,
  },
];
