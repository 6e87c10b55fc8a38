import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const example = join(import.meta.dir, "../../examples/shop");
const reports = join(import.meta.dir, "../sentry-sdks/apps/reports.ts");
const works = "return good ? [{ good, count }] : [];";
/** Prices were moved into an object of their own, and one of those who read them was forgotten. */
const breaks = "return good && good.price.cents > 0 ? [{ good, count }] : [];";

export type Release = "2.4.0" | "2.5.0";

/** Two releases of the example shop in folders of their own; in the second nobody can see their cart, or pay. */
export function makeReleases(folder: string): void {
  for (const release of ["2.4.0", "2.5.0"] as const)
    cpSync(example, join(folder, release), { recursive: true });
  const file = join(folder, "2.5.0", "cart.ts");
  const text = readFileSync(file, "utf8");
  if (!text.includes(works)) throw new Error("The cart of the example shop looks different now.");
  writeFileSync(file, text.replace(works, breaks));
}

/** The shop as `castor.yaml` runs it, with Sentry's own SDK in front of it. */
export const shopOf = (release: Release, dsn: string): Record<string, unknown> => ({
  run: `exec ${process.execPath} --preload ${reports} main.ts`,
  cwd: release,
  env: { SENTRY_DSN: dsn, SENTRY_RELEASE: `shop@${release}` },
  instances: 2,
  health: { path: "/health", every: "1s" },
});
