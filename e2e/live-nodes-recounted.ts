import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "bun:test";
import { type Recount, recount } from "../bench/kit/live/recount.ts";
import type { Running } from "./running.ts";

/** What the crowd of the two-node test is. */
export const participants = 40_000;
export const ages = ["young", "grown", "old"];
export const question = { text: "One?", choices: ["a", "b", "c", "d"], right: "b" };
export const choices = question.choices.length;

/** Where a node keeps what it counted. */
export const folderOf = ({ data }: Running, node: number, run: string): string =>
  join(data, "outposts", `live-${node}`, run);

/** One node's log, counted by another program. */
export const recountOf = (castor: Running, node: number): Recount =>
  recount(folderOf(castor, node, "final"), {
    ...{ participants, choices, groups: ages.length, right: 1 },
  });

export type Ranked = { index: number; rank: number; latencyMs: number };

/** What the logs of both nodes hold, counted by another program: by group, and everybody with a right answer in their order. */
export function recounted(castor: Running): { cells: number[]; ranking: Ranked[] } {
  const [first, second] = [recountOf(castor, 0), recountOf(castor, 1)];
  expect([first.twice, second.twice]).toEqual([0, 0]);
  const right = [first, second].flatMap(({ latencyMs }) =>
    [...latencyMs].flatMap((took, index) => (took === Infinity ? [] : [{ index, took }])),
  );
  right.sort((a, b) => a.took - b.took || a.index - b.index);
  const ranking: Ranked[] = [];
  for (const [at, { index, took }] of right.entries()) {
    const before = ranking[at - 1];
    const rank = before?.latencyMs === took ? before.rank : at + 1;
    ranking.push({ index, rank, latencyMs: took });
  }
  return {
    cells: Array.from(first.cells, (count, at) => count + (second.cells[at] ?? 0)),
    ranking,
  };
}

/** What each choice got, over all groups. */
export const byChoice = (cells: ArrayLike<number>): number[] =>
  Array.from({ length: choices }, (_, choice) =>
    ages.reduce((sum, _age, group) => sum + (cells[choice * ages.length + group] ?? 0), 0),
  );

/** Files anywhere in Castor's folder that hold one of these. */
export const filesHolding = (castor: Running, traces: readonly (string | Buffer)[]): string[] =>
  readdirSync(castor.data, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .filter((path) => {
      try {
        const bytes = readFileSync(path);
        return traces.some((trace) => bytes.includes(trace));
      } catch {
        // Some come and go: what is gone holds nothing.
        expect(existsSync(path)).toBe(false);
        return false;
      }
    });

/** Those that hold a node's exact counts of one choice by group, as bytes or as text. */
export const filesWithGroups = (castor: Running, byGroup: readonly Uint32Array[]): string[] =>
  filesHolding(
    castor,
    byGroup.flatMap((cells) =>
      Array.from({ length: choices }, (_, choice) =>
        cells.slice(choice * ages.length, (choice + 1) * ages.length),
      ).flatMap((row) => [Buffer.from(row.buffer), row.join(",")]),
    ),
  );
