import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ShowShape } from "../contract/shape.ts";
import { type EngineOptions, Engine } from "./engine.ts";
import type { Verdict } from "./count.ts";

/** Three questions, the last one a vote; two countries and three ages. */
export const show = (participantsMax = 1_000): ShowShape => ({
  id: "final",
  dimensions: [
    { id: "country", values: ["es", "fr"] },
    { id: "age", values: ["young", "grown", "old"] },
  ],
  questions: [
    { id: "one", text: "One?", choices: ["a", "b", "c"], right: 1, windowMs: 60_000 },
    { id: "two", text: "Two?", choices: ["a", "b"], right: 0, windowMs: 60_000 },
    { id: "vote", text: "Who?", choices: ["a", "b", "c", "d"], windowMs: 60_000 },
  ],
  participantsMax,
});

export const scratch = (): { folder: string } & Disposable => {
  const folder = mkdtempSync(join(tmpdir(), "live-"));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
};

export const openEngine = (folder: string, more: Partial<EngineOptions> = {}): Promise<Engine> =>
  Engine.open({ folder, shape: show(), ...more });

export function answer(
  engine: Engine,
  index: number,
  question: number,
  choice: number,
  latencyMs = 100,
): Verdict & { group: number } {
  const verdict: Verdict = { outcome: 0, choice: -1 };
  const group = engine.answer({ index, question, choice, group: index % 6, latencyMs }, verdict);
  return { ...verdict, group };
}
