import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Versioned } from "./snapshots.ts";

/** All that reading needs of a schema, so that small processes can do without zod. */
export type Checks<S> = {
  safeParse(
    value: unknown,
  ): { success: true; data: S } | { success: false; error: { message: string } };
};

export const snapshotPath = (folder: string, name: string): string => join(folder, `${name}.json`);

/** The newest good copy of a snapshot: the file, else the one before it; and what was wrong on the way. */
export function readSnapshotFile<S>(
  folder: string,
  name: string,
  schema: Checks<S>,
): { good?: Versioned<S>; problems: string[] } {
  const path = snapshotPath(folder, name);
  const problems: string[] = [];
  for (const candidate of [path, `${path}.prev`]) {
    const read = readOne(candidate, schema);
    if (read === "absent") continue;
    if (typeof read !== "string") {
      if (problems.length > 0) problems.push(`Going on with the one before, ${candidate}.`);
      return { good: read, problems };
    }
    problems.push(`${candidate} cannot be used: ${read}`);
  }
  return { problems };
}

function readOne<S>(path: string, schema: Checks<S>): Versioned<S> | "absent" | string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "absent";
    return `it cannot be read (${(error as Error).message}).`;
  }
  let parsed: { version?: unknown; value?: unknown };
  try {
    parsed = JSON.parse(text);
  } catch {
    return `it is not JSON (${text.length} characters).`;
  }
  if (typeof parsed?.version !== "number") return "it has no version.";
  const checked = schema.safeParse(parsed.value);
  if (!checked.success) return `it does not fit: ${checked.error.message}`;
  return { version: parsed.version, value: checked.data };
}
