import { join } from "node:path";
import type { Config } from "./running.ts";

/** The small site of the proofs, as a service in a configuration. */
export const siteService = (more: Config = {}): Config => ({
  run: [process.execPath, join(import.meta.dir, "site.ts")],
  health: { path: "/health", every: "1s" },
  ...more,
});

/** A whole configuration: the site behind two gateway workers. */
export const siteConfig = (service: Config = {}, gateway: Config = {}): Config => ({
  catalog: { services: { site: siteService(service) } },
  gateway: { workers: 2, routes: [{ service: "site" }], ...gateway },
});
