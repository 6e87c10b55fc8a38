import { Duration } from "#kernel";
import * as z from "zod";
import { Door, type DoorPlace, doorPlaceOf, Host, list } from "./address.ts";
import type { GatewaySnapshotInput } from "./data-plane/snapshot.ts";

const File = z.string().min(1);

/** HTTPS at the gateway. Only the paths of keys are configuration: no key is in the log, a snapshot or the console. */
export const TlsConfig = z
  .object({
    listen: z
      .union([Door, z.array(Door).min(1)])
      .default(":8443")
      .describe("Where visitors come in over HTTPS; several addresses are a list."),
    certificates: z
      .array(
        z
          .object({
            cert: File.describe(
              "The file of the certificate with its chain (PEM), seen from the configuration file.",
            ),
            key: File.describe(
              "The file of its private key (PEM), readable by its owner only (mode 0600).",
            ),
            hosts: z
              .array(Host)
              .optional()
              .describe("Which hosts it answers; those that it is made out to when absent."),
          })
          .strict(),
      )
      .default([])
      .describe(
        "Chosen by the host that a visitor asks for; the first one for everybody else. Renewed files are in use within seconds.",
      ),
    redirect: z
      .boolean()
      .default(true)
      .describe("Visitors of `gateway.listen` are sent to HTTPS; `false` serves them there too."),
    publicPort: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe("The HTTPS port that visitors see, where it is not the one that is listened on."),
    hsts: Duration.optional().describe(
      "For how long browsers may use nothing but HTTPS (Strict-Transport-Security); not said when absent.",
    ),
  })
  .strict();
export type TlsConfig = z.infer<typeof TlsConfig>;

/** Where HTTPS is listened on. */
export const tlsPlaces = (
  tls: TlsConfig | undefined,
  trusted: readonly string[] = [],
): DoorPlace[] =>
  tls === undefined ? [] : list(tls.listen).map((door) => doorPlaceOf(door, trusted));

/** What workers need of it; paths are seen from `folder`. */
export function tlsTarget(
  tls: TlsConfig | undefined,
  folder: string,
): NonNullable<GatewaySnapshotInput["tls"]> {
  if (tls === undefined) return {};
  const seen = (path: string): string => (path.startsWith("/") ? path : `${folder}/${path}`);
  const redirectPort = tls.publicPort ?? tlsPlaces(tls)[0]?.port;
  return {
    certificates: tls.certificates.map(({ cert, key, hosts }) => ({
      ...{ cert: seen(cert), key: seen(key), hosts: hosts ?? [] },
    })),
    ...(tls.redirect && redirectPort !== undefined ? { redirectPort } : {}),
    hstsSeconds: Math.floor((tls.hsts ?? 0) / 1_000),
  };
}
