import * as z from "zod";
import { Duration } from "../contract.ts";
import { type Check, unknownReference } from "./cross-checks.ts";
import type { Sections } from "./sections.ts";

/** Two sections as a catalog and a gateway might have them: what the tests of configuration work on. */
const Health = z.strictObject({
  path: z.string().startsWith("/", 'Start the path with "/"').default("/"),
  interval: Duration.prefault("5s"),
  failuresMax: z.int().min(1).max(10).default(3),
});
const Service = z.object({
  run: z.string().optional(),
  url: z.url({ protocol: /^https?$/ }).optional(),
  instances: z.int().min(1).max(64).default(1),
  env: z.record(z.string(), z.string()).default({}),
  health: Health.prefault({}),
});
const Catalog = z.strictObject({
  services: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/, 'Use small letters, digits and "-"'), Service)
    .default({}),
});
const Gateway = z.strictObject({
  listen: z
    .string()
    .regex(/^[\w.:[\]-]+:\d+$/, 'Write an address and a port such as "127.0.0.1:8080"')
    .default("127.0.0.1:8080"),
  port: z.int().min(1).max(65_535).optional(),
  backlog: z.int().min(10).optional(),
  balance: z.enum(["least-request", "round-robin", "random"]).default("least-request"),
  compress: z.boolean().default(true),
  timeout: Duration.prefault("30s"),
  adminToken: z.string().min(8).meta({ secret: true }).optional(),
  routes: z
    .array(z.strictObject({ host: z.string().default("*"), service: z.string() }))
    .default([]),
});
export const sections: Sections = { catalog: Catalog, gateway: Gateway };

const routesNameServices: Check = (all) => {
  const services = (all["catalog"] as z.infer<typeof Catalog> | undefined)?.services;
  const gateway = all["gateway"] as z.infer<typeof Gateway>;
  return gateway.routes.flatMap(({ service }, at) =>
    !services || service in services
      ? []
      : [
          unknownReference(
            ["gateway", "routes", at, "service"],
            "service",
            service,
            Object.keys(services),
          ),
        ],
  );
};
export const checks = { gateway: routesNameServices };
