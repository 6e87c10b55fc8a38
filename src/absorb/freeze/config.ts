import { Bytes, type ConfigMistake, Duration, Zone } from "#kernel";
import * as z from "zod";
import { linkMarks } from "../cache/contract.ts";
import { type Banner, FormsDo, type Site } from "./contract.ts";

const minute = 60_000;

const FormConfig = z
  .object({
    path: z
      .string()
      .startsWith("/", 'A path starts with "/"')
      .describe("Requests whose path starts with this, by whole segments."),
    do: FormsDo.describe(
      "`queue` keeps them and sends them after the thaw, `refuse` says so, `pass` asks the origin.",
    ),
  })
  .strict();

const BannerConfig = z
  .object({
    show: z.boolean().default(true).describe("A line on each page that tells how old it is."),
    language: z
      .enum(["auto", "en", "fr"])
      .default("auto")
      .describe("`auto` follows the page's own language."),
    lead: z
      .string()
      .max(120)
      .optional()
      .describe('Your own words before the age, in the place of "You are reading a copy".'),
    zone: Zone.default("UTC").describe("Whose clock the line tells, such as Europe/Paris."),
  })
  .strict();

const SiteConfig = z
  .object({
    every: Duration.prefault("30m")
      .refine((ms) => ms >= minute, "At least 1m")
      .describe("How often the snapshot is taken anew while the origin is well."),
    pages: z
      .number()
      .int()
      .min(1)
      .max(2_000)
      .default(200)
      .describe("So many pages at most, the most visited ones first."),
    bytes: Bytes.prefault("200MB").describe("How large a snapshot may be."),
    fileMax: Bytes.prefault("10MB").describe("The largest file that is kept."),
    perSecond: z
      .number()
      .min(0.1)
      .max(100)
      .default(4)
      .describe(
        "Pages per second while a snapshot is taken, or four times as many files; fewer when the origin is slow.",
      ),
    always: z
      .array(z.string().startsWith("/", 'A path starts with "/"'))
      .default(["/"])
      .describe("Paths that are kept even if nobody visits them."),
    dropQuery: z
      .array(z.string())
      .default([...linkMarks])
      .describe("Query parameters that do not change a page."),
    forms: z.array(FormConfig).default([]).describe("What happens to forms; the first that fits."),
    formsOtherwise: FormsDo.default("refuse").describe("What happens to all other forms."),
    formBytesMax: Bytes.prefault("48KB")
      .refine((bytes) => bytes <= 65_536, "At most 64KB")
      .describe("The largest form that is kept."),
    formsMax: z.number().int().min(1).max(100_000).default(2_000).describe("So many are kept."),
    formsBytesMax: Bytes.prefault("32MB").describe("How much all kept forms may take."),
    formsPerSecond: z
      .number()
      .min(0.1)
      .max(100)
      .default(2)
      .describe("How fast kept forms are sent after a thaw."),
    memory: Bytes.prefault("64MB").describe("What each worker holds of the snapshot in memory."),
    banner: BannerConfig.prefault({}).describe("What readers are told."),
  })
  .strict();
export type SiteConfig = z.infer<typeof SiteConfig>;

export const Config = z
  .object({
    sites: z
      .record(z.string(), SiteConfig)
      .default({})
      .describe("Services that can be frozen, by name; `{}` takes the defaults."),
  })
  .strict();
export type Config = z.infer<typeof Config>;

const queryBytesMax = 256;

/** A service as workers follow it; what is frozen and kept comes from the log. */
export const siteOf = (
  service: string,
  config: SiteConfig,
  now: Pick<Site, "snapshot" | "frozen"> & { forms?: FormsDo | undefined },
): Site => ({
  service,
  pagesMax: visitedPagesOf(config),
  dropQuery: config.dropQuery,
  queryBytesMax,
  forms: config.forms.map((each) => ({ pathPrefix: each.path, do: each.do })),
  formsOtherwise: now.forms ?? config.formsOtherwise,
  formBytesMax: config.formBytesMax,
  formsCountMax: config.formsMax,
  formsBytesMax: config.formsBytesMax,
  memoryBytesMax: config.memory,
  ...(config.banner.show ? { banner: bannerOf(config.banner) } : {}),
  ...(now.snapshot ? { snapshot: now.snapshot } : {}),
  ...(now.frozen ? { frozen: now.frozen } : {}),
});

/** More pages are followed than are kept, so that the shares of those that are kept are exact. */
const visitedPagesOf = ({ pages }: SiteConfig): number => Math.max(500, pages * 3);

const bannerOf = ({ language, zone, lead }: SiteConfig["banner"]): Banner => ({
  language,
  zone,
  ...(lead === undefined ? {} : { lead }),
});

/** Only a service that is there can be frozen. */
export function checkSites(all: Readonly<Record<string, unknown>>): ConfigMistake[] {
  const { freeze, catalog } = all as {
    freeze?: Config;
    catalog?: { services?: Record<string, unknown> };
  };
  const services = Object.keys(catalog?.services ?? {});
  return Object.keys(freeze?.sites ?? {})
    .filter((each) => !services.includes(each))
    .map((each) => ({
      path: ["freeze", "sites", each],
      what: `there is no service "${each}"`,
      fix:
        services.length > 0
          ? `Use one of: ${services.join(", ")}; or declare it under catalog.services.`
          : "Declare it under catalog.services.",
    }));
}
