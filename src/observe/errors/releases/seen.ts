import type { Tables } from "#kernel";
import { releaseFacts } from "../contract.ts";
import { tell } from "../intake/findings.ts";
import type { Arrival } from "../intake/keep.ts";
import { compareReleases } from "./order.ts";
import type { ReleaseFact } from "./release.ts";

const releasesMax = 10_000;
/** Keys are public in browsers: so many new releases an hour become facts, for each project. */
const toldPerHourMax = 100;
const hourMs = 3_600_000;

const insert =
  "INSERT OR IGNORE INTO releases SELECT ?1, ?2, 1 + count(*), ?3 FROM releases WHERE project = ?1 HAVING count(*) < ?4 RETURNING number";

/** A release that nothing came from before, as a finding. */
export function noteRelease(
  tables: Tables,
  project: { number: number; name: string },
  { release, at, environment }: { release: string; at: number; environment?: string | undefined },
): void {
  const { number } = project;
  if (tables.get("SELECT 1 FROM releases WHERE project = ? AND release = ?", number, release))
    return;
  const { count } = tables.get<{ count: number }>(
    "SELECT count(*) AS count FROM releases WHERE project = ? AND first_at > ?",
    ...[number, at - hourMs],
  ) ?? { count: 0 };
  const noted = tables.get(insert, number, release, at, releasesMax);
  if (!noted || count >= toldPerHourMax) return;
  const where = environment === undefined ? {} : { environment };
  tell(tables, { kind: "release", project: project.name, release, at, ...where });
}

const types = new Set<string>(releaseFacts.map((each) => each.type));
export const isReleaseFact = (type: string): boolean => types.has(type);

/** A release that somebody told of takes its place before anything came from it. */
export function foldRelease(
  tables: Tables,
  data: ReleaseFact["data"],
  projects: ReadonlyMap<string, number>,
): void {
  const project = projects.get(data.project);
  if (project === undefined || !("at" in data)) return;
  tables.get(insert, project, data.release, data.at, releasesMax);
}

type Known = { release: string; at: number };
/**
 * Is the release of an event the one named or one after it? Without a name: one that was first heard of since the decision and
 * stands after all that were known by then, so that an older one that is mended and sent out again says nothing.
 */
export const isNewer =
  (tables: Tables, { project, release }: Arrival, since: number) =>
  (than: string | undefined): boolean => {
    if (release === undefined) return false;
    if (release === than) return true;
    const find = "SELECT release, first_at AS at FROM releases WHERE project = ? AND release = ?";
    const own = tables.get<Known>(find, project.number, release);
    if (!own) return false;
    if (than !== undefined) {
      const base = tables.get<Known>(find, project.number, than) ?? { release: than, at: since };
      return compareReleases(own, base) > 0;
    }
    if (own.at <= since) return false;
    return tables
      .all<Known>(
        "SELECT release, first_at AS at FROM releases WHERE project = ? AND first_at <= ?",
        ...[project.number, since],
      )
      .every((each) => compareReleases(own, each) > 0);
  };
