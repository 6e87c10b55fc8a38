import { type ConfigMistake, Zone } from "#kernel";
import * as z from "zod";
import type { Words } from "./contract.ts";
import { Subscribe, Testers } from "./subscribers/config.ts";
import { Publish, targetMistakes } from "./publish/targets.ts";

const Id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'Use small letters, digits and "-"');
/** One text for all languages, or one for each: `{ en: Shop, fr: Boutique }`. */
const Said = z.union([
  z.string().min(1).max(200),
  z.record(z.string().regex(/^[a-z]{2}$/, "Two letters, such as fr"), z.string().min(1).max(200)),
]);

const File = z.string().min(1).max(500);

export const Config = z
  .object({
    title: z.string().min(1).max(100).default("Status").describe("What the page is called."),
    url: z
      .url({ protocol: /^https?$/ })
      .default("http://127.0.0.1:4600/status")
      .describe("Where readers find it; feeds, mails and the API name it."),
    home: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("Where the page's title leads."),
    zone: Zone.default("UTC").describe("Whose days and hours it shows, such as Europe/Paris."),
    languages: z
      .array(z.string().regex(/^[a-z]{2}$/))
      .min(1)
      .max(20)
      .default(["en"])
      .describe("The languages of the page, the first one for whoever wants none of them."),
    phrases: z
      .record(z.string().regex(/^[a-z]{2}$/), z.string().min(1).max(1_000))
      .default({})
      .describe(
        "Files (YAML) with the words of languages that Castor does not speak by itself, such as `de: status.de.yaml`; what a file leaves out is English. `castor status-page words --json` prints one to begin with.",
      ),
    colour: z
      .string()
      .regex(/^#[0-9a-f]{6}$/i, "Write it as #1d4ed8")
      .optional()
      .describe("The page's accent."),
    logo: z
      .union([
        File.transform((light) => ({ light, dark: undefined })),
        z.object({ light: File, dark: File.optional() }).strict(),
      ])
      .optional()
      .describe(
        "A file (SVG or PNG, 100 kB at most) that stands where the title would, beside `castor.yaml`; `{ light, dark }` where one does not do for both.",
      ),
    icon: File.optional().describe(
      "A file (SVG or PNG, 20 kB at most) for the browser's tab while all is well; otherwise a dot tells by its colour how it is.",
    ),
    groups: z.record(Id, Said).default({}).describe("Groups of components, in their order."),
    components: z
      .record(
        Id,
        z
          .object({
            name: Said.describe("What people call it."),
            description: Said.optional(),
            group: Id.optional(),
            service: z.string().optional().describe("The service whose requests its bars count."),
          })
          .strict(),
      )
      .default({})
      .describe("What the page is about, in the order of the page."),
    publish: Publish.prefault({}),
    subscribe: Subscribe.prefault({}),
    testers: Testers.prefault({}).describe("Whom a post to the `test` audience reaches."),
  })
  .strict();
export type Config = z.infer<typeof Config>;

export const wordsOf = (said: z.infer<typeof Said>, languages: readonly string[]): Words =>
  typeof said === "string" ? { [languages[0] ?? "en"]: said } : said;

/** Groups and services that are named must be there. */
export function checkPage(all: Readonly<Record<string, unknown>>): ConfigMistake[] {
  const { "status-page": page, catalog } = all as {
    "status-page"?: Config;
    catalog?: { services?: Record<string, unknown> };
  };
  const groups = Object.keys(page?.groups ?? {});
  const services = Object.keys(catalog?.services ?? {});
  const targets = page ? targetMistakes(page.publish) : [];
  const components = Object.entries(page?.components ?? {}).flatMap(([id, { group, service }]) => [
    ...(group === undefined || groups.includes(group)
      ? []
      : [
          {
            path: ["status-page", "components", id, "group"],
            what: `There is no group ${group}.`,
            fix: `Declare it under status-page.groups, or use one of: ${groups.join(", ") || "none"}.`,
          },
        ]),
    ...(service === undefined || services.includes(service)
      ? []
      : [
          {
            path: ["status-page", "components", id, "service"],
            what: `There is no service ${service}.`,
            fix: `Use one of: ${services.join(", ") || "none"}.`,
          },
        ]),
  ]);
  return [...components, ...targets, ...mailMistakes(all)];
}

/** Readers who ask to be told by mail would wait for letters that nobody sends. */
function mailMistakes(all: Readonly<Record<string, unknown>>): ConfigMistake[] {
  const { "status-page": page, mail } = all as {
    "status-page"?: Config;
    mail?: { smtp?: unknown };
  };
  if (page?.subscribe.address === undefined || !page.subscribe.kinds.includes("email")) return [];
  return mail === undefined || mail.smtp !== undefined
    ? []
    : [
        {
          path: ["status-page", "subscribe", "kinds"],
          what: "people can ask for e-mail, and no mail server is set",
          fix: "Set mail.smtp and mail.from, or take email out of status-page.subscribe.kinds.",
        },
      ];
}
