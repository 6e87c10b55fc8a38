import * as z from "zod";
import { Missing, type Site, Visited } from "../contract.ts";

/** One address of a snapshot. `key` is host, path and the query that counts: `blog.example/a?id=3`. */
export const FrozenFile = z.object({
  key: z.string(),
  kind: z.enum(["page", "file", "redirect"]),
  status: z.number().int(),
  /** As the origin said them, less what belongs to one answer or one visitor. */
  fields: z.array(z.tuple([z.string(), z.string()])),
  /** The name of the bytes in the store. */
  body: z.string(),
  bytes: z.number(),
  fetchedAt: z.number(),
  title: z.string().default(""),
  language: z.string().default(""),
  /** Where a page takes the line about its age: before the end of its body. */
  bannerAt: z.number().default(-1),
  /** The origin's own, to ask whether it has changed. */
  validators: z
    .object({ etag: z.string().optional(), lastModified: z.string().optional() })
    .default({}),
});
export type FrozenFile = z.infer<typeof FrozenFile>;

/** A whole snapshot of one service, itself kept in the store: its hash names the snapshot. */
export const FrozenIndex = z.object({
  service: z.string(),
  takenAt: z.number(),
  files: z.array(FrozenFile),
  visited: z.array(Visited),
  missing: z.array(Missing),
  /** Hosts of others that pages need something from, with how often. */
  external: z.array(z.object({ host: z.string(), count: z.number() })),
});
export type FrozenIndex = z.infer<typeof FrozenIndex>;

/**
 * The name of an address within a snapshot, the same wherever it is worked out: the host without port, the path as it
 * came, and of the query what may change the page. A query that is longer than `queryBytesMax` names no page.
 */
export function keyOf(
  of: { host: string; target: string },
  { dropQuery, queryBytesMax }: Pick<Site, "dropQuery" | "queryBytesMax">,
): string | undefined {
  const [whole = ""] = of.target.split("#", 1);
  const target = withoutQuery(whole, dropQuery);
  const at = target.indexOf("?");
  return at >= 0 && target.length - at - 1 > queryBytesMax ? undefined : of.host + target;
}

/** A path and query without the parameters that do not change a page: `name`, or `name*` for all that begin so. */
export function withoutQuery(target: string, dropQuery: readonly string[]): string {
  const at = target.indexOf("?");
  if (at < 0) return target;
  const kept = target
    .slice(at + 1)
    .split("&")
    .filter((each) => each !== "" && !isDropped(each.split("=", 1)[0] ?? "", dropQuery));
  return kept.length === 0 ? target.slice(0, at) : `${target.slice(0, at)}?${kept.join("&")}`;
}

const isDropped = (name: string, dropQuery: readonly string[]): boolean =>
  dropQuery.some((each) =>
    each.endsWith("*") ? name.startsWith(each.slice(0, -1)) : name === each,
  );
