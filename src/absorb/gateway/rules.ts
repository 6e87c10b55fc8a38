import type { ConfigMistake } from "#kernel";
import * as z from "zod";
import { Host, Network } from "./address.ts";
import type { FieldRules, RulesTarget } from "./data-plane/rules/settings.ts";

const Name = z
  .string()
  .regex(/^[a-z0-9!#$%&'*+.^_`|~-]+$/i, "This cannot name a header")
  .refine(
    (name) => !framing.has(name.toLowerCase()),
    "This header frames the message and belongs to the gateway",
  );
const framing = new Set([
  ...["connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding"],
  ...["upgrade", "proxy-connection", "x-request-id"],
]);
const Value = z
  .string()
  .regex(/^[\t\x20-\x7e\xa0-\xff]*$/, "A header's value is one line of Latin letters");
const Fields = (what: string) =>
  z
    .object({
      set: z
        .record(Name, Value)
        .default({})
        .describe(`Put into ${what}, in the place of those of the same name.`),
      remove: z.array(Name).default([]).describe(`Taken out of ${what}.`),
    })
    .strict()
    .prefault({})
    .describe(`Headers of ${what} as they go on.`);

const Redirect = z
  .object({
    to: z
      .string()
      .regex(
        /^(https?:\/\/[^/\s{}]+|\/)[\x21-\x7e]*$/,
        'Write an address such as "https://new.example{path}" or "/new"',
      )
      .describe("Where to; `{path}` stands for the path and query as they came."),
    status: z
      .union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)])
      .default(308)
      .describe("308 and 307 keep the method; 301 and 308 are remembered by browsers."),
  })
  .strict();

const Hash = z
  .string()
  .regex(
    /^\$(2[aby]\$\d\d\$[./A-Za-z0-9]{53}$|argon2(id|i|d)\$)/,
    "Write a hash, never the password: `htpasswd -nbB NAME PASSWORD` prints one",
  )
  .meta({ secret: true });

const off = z.literal(false);
const SecurityHeaders = z
  .object({
    contentTypeOptions: z
      .union([off, z.literal("nosniff")])
      .default("nosniff")
      .describe("X-Content-Type-Options: a file is what it says it is."),
    frameOptions: z
      .union([off, z.enum(["SAMEORIGIN", "DENY"])])
      .default("SAMEORIGIN")
      .describe("X-Frame-Options: who may show the page within another."),
    referrerPolicy: z
      .union([off, z.string().regex(/^[a-z-]+(, ?[a-z-]+)*$/, "Write a policy")])
      .default("strict-origin-when-cross-origin")
      .describe("Referrer-Policy: what other sites learn of where a visitor came from."),
    openerPolicy: z
      .union([off, z.enum(["same-origin", "same-origin-allow-popups", "unsafe-none"])])
      .default("same-origin-allow-popups")
      .describe("Cross-Origin-Opener-Policy: pages of others cannot reach into the page's window."),
    permissionsPolicy: z
      .union([off, Value])
      .default(false)
      .describe("Permissions-Policy: what the page may use, such as `camera=()`."),
  })
  .strict();
const headerOf = {
  contentTypeOptions: "X-Content-Type-Options",
  frameOptions: "X-Frame-Options",
  referrerPolicy: "Referrer-Policy",
  openerPolicy: "Cross-Origin-Opener-Policy",
  permissionsPolicy: "Permissions-Policy",
} as const;

/** What a route may ask besides a service. */
export const rulesShape = {
  redirect: Redirect.optional().describe("Send visitors elsewhere instead of to a service."),
  canonicalHost: Host.optional().describe(
    "Visitors of another host of this route are sent to this one.",
  ),
  allow: z
    .array(Network)
    .default([])
    .describe("Addresses and ranges that may come in; everybody when empty."),
  basicAuth: z
    .object({
      realm: z
        .string()
        .regex(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/, "Write plain words without quotes")
        .default("Restricted")
        .describe("What the browser asks to sign in to."),
      users: z
        .record(z.string().regex(/^[^:\s]+$/, "A name has no colon and no blank"), Hash)
        .refine((users) => Object.keys(users).length > 0, "Name at least one user")
        .describe("Password hashes by name (bcrypt or argon2), as `htpasswd -nbB` prints them."),
    })
    .strict()
    .optional()
    .describe("Ask for a name and a password; they are not passed on to the service."),
  headers: z
    .object({ request: Fields("requests"), response: Fields("responses") })
    .strict()
    .prefault({})
    .describe("Headers to set and to remove."),
  securityHeaders: z
    .union([z.boolean(), SecurityHeaders])
    .default(false)
    .describe("`true` adds headers that protect visitors where the service did not set them."),
};
export type RulesConfig = z.infer<z.ZodObject<typeof rulesShape>>;

/** What workers need of it. */
export const rulesTarget = (of: RulesConfig): RulesTarget => ({
  allow: of.allow.map((each) =>
    each.includes("/") ? each : `${each}/${each.includes(":") ? 128 : 32}`,
  ),
  ...(of.canonicalHost === undefined ? {} : { canonicalHost: of.canonicalHost.toLowerCase() }),
  ...(of.redirect === undefined ? {} : { redirect: of.redirect }),
  ...(of.basicAuth === undefined ? {} : { basicAuth: of.basicAuth }),
  request: { ...of.headers.request, byDefault: {} },
  response: { ...of.headers.response, byDefault: securityFields(of.securityHeaders) },
});

function securityFields(of: RulesConfig["securityHeaders"]): FieldRules["byDefault"] {
  if (of === false) return {};
  const chosen = of === true ? SecurityHeaders.parse({}) : of;
  const names = Object.keys(headerOf) as (keyof typeof headerOf)[];
  return Object.fromEntries(
    names.flatMap((name) => (chosen[name] === false ? [] : [[headerOf[name], chosen[name]]])),
  );
}

/** Every route leads somewhere. */
export const checkRules = (
  routes: readonly ({ service: string } & RulesConfig)[],
): ConfigMistake[] =>
  routes.flatMap(({ service, redirect, canonicalHost }, i) => [
    ...(service === "" && redirect === undefined
      ? [
          {
            path: ["gateway", "routes", i],
            what: "this route leads nowhere",
            fix: "Name a `service`, or say where visitors are sent with `redirect`.",
          },
        ]
      : []),
    ...(canonicalHost?.startsWith("*.") === true
      ? [
          {
            path: ["gateway", "routes", i, "canonicalHost"],
            what: `"${canonicalHost}" is not one host`,
            fix: "Write the one host that visitors are sent to.",
          },
        ]
      : []),
  ]);
