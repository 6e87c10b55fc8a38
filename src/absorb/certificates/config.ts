import type { ConfigMistake } from "#kernel";
import * as z from "zod";

const Name = z
  .string()
  .regex(
    /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,}$/i,
    'Write a name such as "shop.example"; wildcards need a proof by DNS, which Castor does not make',
  )
  .transform((name) => name.toLowerCase());
const namesMax = 100;

/** Directories by name; staging issues certificates that browsers do not trust, within far higher limits. */
export const directories = {
  "lets-encrypt": "https://acme-v02.api.letsencrypt.org/directory",
  "lets-encrypt-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
} as const;

const Acme = z
  .object({
    names: z
      .array(z.union([Name, z.array(Name).min(1).max(namesMax)]))
      .min(1)
      .describe(
        "For which hosts: each entry becomes a certificate; a list is one certificate for several names.",
      ),
    email: z
      .email()
      .optional()
      .describe("Where the authority may write to when something is wrong."),
    directory: z
      .union([z.enum(["lets-encrypt", "lets-encrypt-staging"]), z.url({ protocol: /^https$/ })])
      .default("lets-encrypt")
      .describe("The authority: one that is known by name, or the address of its ACME directory."),
    authority: z
      .string()
      .optional()
      .describe(
        "The file of the certificate (PEM) that an authority of your own is trusted by, seen from the configuration file.",
      ),
    challenge: z
      .literal("http-01")
      .default("http-01")
      .describe(
        "How the names are proven: the authority asks port 80 of each name for a token, and the gateway answers.",
      ),
    terms: z
      .literal(true, "Write `terms: true` once you have read the authority's terms of service")
      .describe("You agree to the authority's terms of service."),
  })
  .strict();

export const Config = z
  .object({
    acme: Acme.optional().describe(
      "Certificates from an authority (RFC 8555), renewed by themselves; `gateway.tls` shows them.",
    ),
  })
  .strict();
export type Config = z.infer<typeof Config>;
export type AcmeConfig = z.infer<typeof Acme>;

export type Wanted = { name: string; names: string[] };

/** One entry per certificate, called by its first name. */
export const wantedOf = ({ acme }: Config): Wanted[] =>
  (acme?.names ?? []).map((entry) => {
    const names = [...new Set([entry].flat())];
    return { name: names[0] ?? "", names };
  });

export const directoryOf = ({ directory }: AcmeConfig): string =>
  directory in directories ? directories[directory as keyof typeof directories] : directory;

/** Certificates that nobody would show, or two by one name. */
export function checkCertificates(all: Readonly<Record<string, unknown>>): ConfigMistake[] {
  const { certificates, gateway } = all as { certificates?: Config; gateway?: { tls?: unknown } };
  if (certificates?.acme === undefined) return [];
  const calls = wantedOf(certificates).map(({ name }) => name);
  const twice = calls.findIndex((name, at) => calls.indexOf(name) < at);
  return [
    ...(gateway?.tls === undefined
      ? [
          {
            path: ["certificates", "acme"],
            what: "nobody would show these certificates: the gateway does not listen for HTTPS",
            fix: 'Add `gateway: { tls: { listen: ":443" } }`.',
          },
        ]
      : []),
    ...(twice >= 0
      ? [
          {
            path: ["certificates", "acme", "names", twice],
            what: `two certificates begin with "${calls[twice]}"`,
            fix: "Put their names into one list, or begin one of them with another name.",
          },
        ]
      : []),
  ];
}
