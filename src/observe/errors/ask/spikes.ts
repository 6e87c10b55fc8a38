import type * as z from "zod";
import type * as contract from "../contract.ts";
import { isProject } from "../watch/memory.ts";
import type { Watched } from "../watch/watched.ts";
import type { Reading } from "./list.ts";

const shown = 200;
const activeMs = 14 * 86_400_000;
type Spikes = Pick<z.infer<typeof contract.spikes.output>, "spikes" | "watched">;

/** What is in alarm now, the newest first, and how many errors are watched. */
export function spikesNow(
  tables: Reading,
  { projects, now }: { projects: ReadonlyMap<number, string>; now: number },
): Spikes {
  const rows = tables.all<{ subject: string; project: number; state: string }>(
    "SELECT subject, project, state FROM watched WHERE alarm = 1 ORDER BY seen DESC LIMIT ?",
    shown,
  );
  const { watched } = tables.get<{ watched: number }>(
    "SELECT count(*) AS watched FROM watched WHERE seen > ?",
    now - activeMs,
  ) ?? { watched: 0 };
  return {
    watched,
    spikes: rows.flatMap(({ subject, project, state }) => {
      const { alarm } = JSON.parse(state) as Watched;
      if (!alarm) return [];
      const { kind, length, since, expected, observed, chance, people } = alarm;
      return [
        {
          project: projects.get(project) ?? String(project),
          ...(isProject(subject) ? {} : { issue: subject }),
          ...{ kind, since, expected, observed, chance },
          window: length === "fast" ? ("5m" as const) : ("1h" as const),
          ...(people === undefined ? {} : { people }),
        },
      ];
    }),
  };
}
