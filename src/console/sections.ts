import type { Page } from "./pages.ts";

export type Section = Omit<Page, "key"> & { about: string; adminOnly?: boolean };

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
    id: "pages",
    path: "/settings/pages",
    title: "My pages",
    about: "How you are woken, on which devices, and whether that works.",
    icon: "phone",
    load: async () => (await import("./shell/my-pages.tsx")).MyPages,
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
    id: "certificates",
    path: "/settings/certificates",
    title: "Certificates",
    about: "What Castor gets by itself for your hosts, and until when it holds.",
    icon: "shield",
    load: async () => (await import("../absorb/certificates/console.tsx")).CertificatesSection,
  },
  {
    id: "mail",
    path: "/settings/mail",
    title: "E-mail",
    about: "The server that takes letters, what waits, and a letter to try it.",
    icon: "mail",
    load: async () => (await import("../platform/mail/console.tsx")).MailSection,
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
