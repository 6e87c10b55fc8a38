import type { Mistake } from "../contract.ts";

/** A command as it stands in a file: its verb and input, with variables still in it. */
export type RawCommand = { verb: string; input: Record<string, unknown>; line: number };
export type RawStep = { step: string; says: string; more: string; command?: RawCommand };
export type RawBlock = { kind: "text"; markdown: string } | { kind: "step"; step: RawStep };

/** A runbook as its file says it. */
export type Runbook = {
  runbook: string;
  file: string;
  title: string;
  services: string[];
  alerts: string[];
  labels: Record<string, string>;
  blocks: RawBlock[];
  mistakes: Mistake[];
  sha256: string;
};

export const stepsOf = ({ blocks }: Pick<Runbook, "blocks">): RawStep[] =>
  blocks.flatMap((block) => (block.kind === "step" ? [block.step] : []));
