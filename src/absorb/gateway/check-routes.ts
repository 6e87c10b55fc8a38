import type { ConfigMistake } from "#kernel";
import { type Door, list } from "./address.ts";
import { checkFallbacks } from "./fallback-config.ts";
import { checkOrigins } from "./origin-config.ts";
import type { Config } from "./route.ts";
import { checkRules } from "./rules.ts";

/** A route may lead only to a service that is there. */
export function checkRoutes(all: Readonly<Record<string, unknown>>): ConfigMistake[] {
  const { gateway, catalog, certificates } = all as {
    gateway?: Config;
    certificates?: { acme?: unknown };
    catalog?: { services?: Record<string, unknown> };
  };
  const services = Object.keys(catalog?.services ?? {});
  const routes = gateway?.routes ?? [];
  const mistakes = routes.flatMap(({ service }, i) =>
    service === "" || services.includes(service)
      ? []
      : [
          {
            path: ["gateway", "routes", i, "service"],
            what: `there is no service "${service}"`,
            fix:
              services.length > 0
                ? `Use one of: ${services.join(", ")}; or declare it under catalog.services.`
                : `Declare it under catalog.services.`,
          },
        ],
  );
  return [
    ...mistakes,
    ...(gateway === undefined ? [] : checkOrigins(gateway, services)),
    ...checkRules(routes),
    ...checkFallbacks(routes, services),
    ...(gateway ? [...checkDoors(gateway), ...checkCertificates(gateway, certificates)] : []),
  ];
}

/** HTTPS without any certificate could only refuse. */
function checkCertificates(
  { tls }: Config,
  acquired: { acme?: unknown } | undefined,
): ConfigMistake[] {
  if (tls === undefined || tls.certificates.length > 0 || acquired?.acme !== undefined) return [];
  return [
    {
      path: ["gateway", "tls"],
      what: "there is no certificate to show",
      fix: "Name files under gateway.tls.certificates, or let certificates.acme get them.",
    },
  ];
}

/** Who may say whom they speak for must be named: everybody could claim to be anybody. */
function checkDoors({ listen, tls, trustedProxies }: Config): ConfigMistake[] {
  if (trustedProxies.length > 0) return [];
  const doors: [path: string[], door: Door][] = [
    ...list(listen).map((door): [string[], Door] => [["gateway", "listen"], door]),
    ...list(tls?.listen).map((door): [string[], Door] => [["gateway", "tls", "listen"], door]),
  ];
  return doors.flatMap(([path, door]) =>
    typeof door === "string" || door.proxyProtocol !== true
      ? []
      : [
          {
            path,
            what: "`proxyProtocol: true` believes gateway.trustedProxies, and there are none",
            fix: 'Name the load balancers: `proxyProtocol: { from: ["10.0.0.7"] }`.',
          },
        ],
  );
}
