/** Answers of those with one value of a dimension: rough, and only of many. */
export type StageSplit = {
  value: string;
  /** Two digits that count, zeros behind: a screen needs no more, and nobody can subtract one from the next. */
  answered: number;
  /** Whole percent for each choice. */
  shares: number[];
};
export type StageQuestion = {
  /** From 0. */
  place: number;
  /** `armed` and `revealed` tell nothing of the question yet. */
  phase: "armed" | "revealed" | "open" | "closed";
  text: string | null;
  choices: string[];
  revealAt: number | null;
  closesAt: number | null;
  /** Told once it is closed, or while it is open where the show wants that. */
  right: number | null;
  answered: number;
  shares: number[] | null;
  splits: { dimension: string; values: StageSplit[] }[];
};
export type StageRank = {
  rank: number;
  index: number;
  right: number;
  latencyMs: number;
  name: string | null;
};

/** What a stage shows: all of it each time, so that a screen that comes late knows everything at once. */
export type StageTold = {
  /** The node's clock: screens count down by it. */
  at: number;
  run: string;
  title: string;
  /** The dimension that a map can show. */
  countries: string | null;
  connections: number;
  questions: number;
  question: StageQuestion | null;
  ranking: StageRank[] | null;
  /** Something is published, for anybody to read. */
  hasResults: boolean;
};
