import { Bytes, Duration } from "#kernel";
import * as z from "zod";
import type { Rule } from "./contract.ts";

const Host = z
  .string()
  .regex(/^(\*\.)?[a-z0-9.-]+$/i, 'Write a host such as "shop.example" or "*.shop.example"');

const RuleConfig = z
  .object({
    host: z
      .union([Host, z.array(Host)])
      .optional()
      .describe("Which hosts: a name, `*.name`, or a list; every host when absent."),
    path: z
      .string()
      .startsWith("/", 'A path starts with "/"')
      .default("/")
      .describe("Requests whose path starts with this, by whole segments."),
    cache: z
      .enum(["on", "off"])
      .default("on")
      .describe("`off` makes a hole in a rule that comes after it."),
    heuristic: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe(
        "Pages with Last-Modified and no expiry stay fresh for this share of their age (RFC 9111 proposes 0.1).",
      ),
    unmarked: Duration.prefault("0s").describe(
      "How long pages stay fresh that say nothing at all; never those for visitors with cookies.",
    ),
    cookies: z
      .enum(["when-public", "share"])
      .default("when-public")
      .describe(
        "Responses that set a cookie are stored when they say `public` or `s-maxage`; `share` believes `max-age` and `Expires` too.",
      ),
    dropQuery: z
      .array(z.string().min(1))
      .default([])
      .describe(
        "Query parameters that do not change a page, such as `utm_*` and `fbclid`: who follows a link from elsewhere shares the copy. Only for pages that do not show them.",
      ),
    staleOnError: Duration.prefault("24h").describe(
      "How long copies stand in for an origin that fails, when they do not say so themselves.",
    ),
  })
  .strict();

export const Config = z
  .object({
    memory: Bytes.prefault("256MB").describe("What each gateway worker holds in memory at most."),
    disk: z
      .union([z.literal("off"), Bytes])
      .prefault("1GB")
      .describe("What survives a restart, for all workers of a node together; `off` for nothing."),
    objectMax: Bytes.prefault("8MB").describe("The largest response that is stored."),
    routes: z
      .array(RuleConfig)
      .default([])
      .describe("What is cached, and how: the first that fits. Without any, nothing is."),
  })
  .strict();
export type Config = z.infer<typeof Config>;

const heuristicMsMax = 86_400_000;

/** The rules as the workers follow them. */
export const rulesOf = (config: Config): Rule[] =>
  config.routes.map((each) => {
    const hosts = [each.host ?? []].flat().map((host) => host.toLowerCase());
    return {
      id: `${hosts.join(",") || "*"}${each.path}`,
      hosts,
      pathPrefix: each.path,
      isOn: each.cache === "on",
      heuristicShare: each.heuristic,
      heuristicMsMax,
      unmarkedMs: each.unmarked,
      sharesCookies: each.cookies === "share",
      dropQuery: each.dropQuery,
      onErrorMs: each.staleOnError,
    };
  });
