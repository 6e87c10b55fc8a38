import { Config, layersOf } from "../config.ts";
import { timeline } from "../schedule/schedule.ts";
import { imported, type Imported } from "./import.ts";

export const now = Date.parse("2026-06-01T00:00:00Z");
const hourMs = 3_600_000;

export const read = (...files: unknown[]): Imported => {
  const made = imported(files, now);
  if (!made) throw new Error("nothing was found");
  return made;
};
/** Who is on call in what was imported, as Castor would have it. */
export function whoAt({ config }: Imported, team: string, at: string): string | undefined {
  const layers = layersOf(Config.parse(config["on-call"]), team);
  const from = Date.parse(at);
  return timeline([{ validFrom: 0, layers }], [], { from, to: from + hourMs }).shifts[0]?.member;
}
