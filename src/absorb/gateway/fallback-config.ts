import type { ConfigMistake } from "#kernel";
import * as z from "zod";
import { Cause, causes } from "./data-plane/fallback/settings.ts";
import type { GatewaySnapshotInput } from "./data-plane/snapshot.ts";

type RouteInput = NonNullable<GatewaySnapshotInput["routes"]>[number];

export const PagesConfig = z
  .object({
    folder: z
      .string()
      .min(1)
      .describe(
        "HTML files named after a reason (`breaker.open.html`, `queue.html`) or a status (`503.html`, `5xx.html`), seen from the configuration file. {reason}, {request-id}, {retry-after}, {status}, {title} and {says} are filled in.",
      ),
    replace: z
      .boolean()
      .default(false)
      .describe("They also stand in for the service's own error pages (5xx), for browsers."),
  })
  .strict();

/** What a route says about what visitors get when its service cannot answer. */
export const fallbackShape = {
  fallback: z
    .object({
      service: z.string().min(1).describe("Another service of `catalog.services`."),
      on: z
        .array(Cause)
        .min(1)
        .default([...causes])
        .describe(
          "When: no instance can be connected to, none answers, the breaker is open, the line is full, or the answer is an error.",
        ),
    })
    .strict()
    .optional()
    .describe("Who answers idempotent requests that the service itself could not answer."),
  pages: PagesConfig.optional().describe("Own pages for what the gateway refuses here."),
};
const Fallbacks = z.object(fallbackShape);
type Fallbacks = z.infer<typeof Fallbacks>;

export const pagesTarget = (
  pages: z.infer<typeof PagesConfig> | undefined,
  folder: string,
): NonNullable<RouteInput["pages"]> | undefined =>
  pages && {
    ...pages,
    folder: pages.folder.startsWith("/") ? pages.folder : `${folder}/${pages.folder}`,
  };

/** The same for the workers; a fallback that is not there yet is left out. */
export function fallbackTarget(
  { fallback, pages }: Fallbacks,
  { known, folder }: { known: ReadonlySet<string>; folder: string },
): Pick<RouteInput, "fallback" | "pages"> {
  const own = pagesTarget(pages, folder);
  return {
    ...(fallback !== undefined && known.has(fallback.service) ? { fallback } : {}),
    ...(own === undefined ? {} : { pages: own }),
  };
}

/** A fallback is a service that is there, and another one. */
export function checkFallbacks(
  routes: readonly (Fallbacks & { service: string })[],
  services: readonly string[],
): ConfigMistake[] {
  return routes.flatMap(({ fallback, service }, i) => {
    if (fallback === undefined) return [];
    const path = ["gateway", "routes", i, "fallback", "service"];
    if (fallback.service === service)
      return [
        {
          path,
          what: `"${service}" cannot stand in for itself`,
          fix: "Name another service, or give the service more instances.",
        },
      ];
    if (services.includes(fallback.service)) return [];
    const what = `there is no service "${fallback.service}"`;
    return [{ path, what, fix: "Declare it under catalog.services." }];
  });
}
