import { Duration } from "#kernel";
import * as z from "zod";
import { knownDecoys } from "./data-plane/admission/decoys.ts";
import type { ScannerSettings } from "./data-plane/admission/settings.ts";

const addressPattern = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*)(\/\d{1,3})?$/i;

export const ScannersConfig = z
  .object({
    mode: z
      .enum(["off", "dry-run", "on"])
      .default("off")
      .describe(
        "`dry-run` marks and counts, and refuses nobody; `on` answers a cheap 404 while marked.",
      ),
    distinctPaths: z
      .number()
      .int()
      .min(2)
      .max(100)
      .default(10)
      .describe("So many different paths that answer 400, 403 or 404 mark an address."),
    within: Duration.prefault("10s").describe("Within so long."),
    markedFor: Duration.prefault("5m").describe("How long a mark lasts."),
    decoys: z
      .array(z.string().startsWith("/", 'A path starts with "/"').min(3))
      .default([])
      .describe(
        "More paths of which one hit is enough where the answer is 404, beside the known ones such as `/wp-login.php` and `/.env`.",
      ),
    never: z
      .array(z.string().regex(addressPattern, 'Write an address or a range such as "10.0.0.0/8"'))
      .default([])
      .describe("Addresses or ranges that are never marked: monitors, crawlers of your own."),
  })
  .strict();
export type ScannersConfig = z.infer<typeof ScannersConfig>;

/** The same in the words of the data plane. */
export const scannerSettings = (config: ScannersConfig): ScannerSettings => ({
  mode: config.mode,
  distinctPaths: config.distinctPaths,
  withinMs: config.within,
  outMs: config.markedFor,
  decoys: [...knownDecoys, ...config.decoys.map((path) => path.toLowerCase())],
  never: config.never,
});
