import type { Log, Position } from "./log.ts";
import { chained, genesis, type Stored } from "./record.ts";

type Verdict = Awaited<ReturnType<Log["verify"]>>;

const pageRecords = 2_000;

/** Recomputes the chain page by page, letting others run in between; stops at the first broken record. */
export async function verifyChain(
  source: {
    after(position: Position, limit: number): Stored[];
    end(): { position: Position; hash: string };
  },
  onProgress?: (position: Position) => void,
): Promise<Verdict> {
  let checked = 0;
  let headHash = genesis;
  // What is appended meanwhile is the next verification's.
  const end = source.end();
  for (;;) {
    const rows = source.after(checked, pageRecords);
    for (const row of rows) {
      if (checked === end.position) break;
      const why = broken(row, checked + 1, headHash);
      if (why !== undefined) return { checked, brokenAt: checked + 1, why, headHash };
      headHash = row.hash;
      checked = row.position;
    }
    onProgress?.(checked);
    if (rows.length < pageRecords || checked >= end.position) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (checked < end.position)
    return { checked, brokenAt: checked + 1, why: "The newest records are missing.", headHash };
  if (headHash !== end.hash)
    return { checked, brokenAt: checked, why: "It is not the record that was written.", headHash };
  return { checked, headHash };
}

function broken(row: Stored, expected: Position, previous: string): string | undefined {
  if (row.position !== expected) return "The record is missing.";
  // The chain's text separates its parts by line breaks, which names never hold.
  const names = [row.stream, row.type, row.envelope, row.by];
  if (names.some((name) => name.includes("\n"))) return "The record was altered.";
  if (chained(previous, row) !== row.hash) return "The record does not match its hash.";
  return undefined;
}
