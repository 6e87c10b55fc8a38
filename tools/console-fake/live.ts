import { Config, showOf } from "../../src/absorb/live/config.ts";
import type { OnAir, PlanNow, QuestionNow, ShowNow } from "../../src/absorb/live/contract.ts";
import { PlanConfig } from "../../src/absorb/live/plan/config.ts";
import { perSecond, sharesOf } from "../../src/absorb/live/plan/curve.ts";
import { planOf } from "../../src/absorb/live/plan/plan.ts";

const choices = ["Kiss You", "What Makes You Beautiful", "Little Things", "Story of My Life"];
const texts = [
  "Which song opened the first concert of the tour?",
  "Where was the video of the second single filmed?",
  "How many cities did the last tour visit?",
  "Which instrument was played on the roof?",
  "Which of these was never sung live?",
];
const plan = PlanConfig.parse({
  registered: { low: 20e6, mid: 30e6, high: 50e6 },
  machine: { cores: 16, memoryGb: 128, pricePerHour: 0.68 },
});
const windowMs = 60_000;
const secondsIn = 24;

function questions(now: number): QuestionNow[] {
  return texts.map((text, place) => ({
    ...{ id: `question-${place + 1}`, text, choices, windowMs },
    right: place < 2 ? 1 : null,
    phase: (["published", "closed", "open"] as const)[place] ?? "planned",
    revealAt: place === 2 ? now - secondsIn * 1_000 : null,
    closesAt: place === 2 ? now + (60 - secondsIn) * 1_000 : null,
    version: 0,
  }));
}

/** A show in its third question, as big as the one that gave the idea. */
function fakeShows(): { at: number; shows: ShowNow[] } {
  const at = Date.now();
  const budget = {
    epsilonPerQuestion: 0.1,
    epsilonPerShow: 5,
    spent: 0.1,
    delta: 1e-8,
    tables: [
      { by: [], epsilon: 0.034, error95: 88, threshold: 0, counts: 4 },
      { by: ["country"], epsilon: 0.033, error95: 91, threshold: 539, counts: 1_000 },
      { by: ["age"], epsilon: 0.033, error95: 91, threshold: 539, counts: 12 },
    ].map((table) => ({
      ...table,
      expectedShown: table.by.includes("country") ? 0 : table.counts,
      answersNeeded: table.threshold * table.counts,
    })),
  };
  const show: ShowNow = {
    ...{ show: "final-night", title: "The final night", stage: "open", run: 1, joining: "open" },
    ...{ isInFile: true, keepAnswersMs: 86_400_000, relays: [] },
    ...{ participantsMax: 20_000_000, groups: 750, finalists: 10, doorsAt: at - 3_600_000 },
    dimensions: [
      { id: "country", values: 250 },
      { id: "age", values: 3 },
    ],
    questions: questions(at),
    ...{
      finishedAt: null,
      endsAt: null,
      eraseAt: null,
      erasingAt: null,
      erasedAt: null,
      budget,
    },
  };
  const rehearsal: ShowNow = { ...show, show: "final-night~rehearsal", stage: "finished", run: 3 };
  return { at, shows: [show, rehearsal] };
}

function fakeOnAir(): OnAir {
  const at = Date.now();
  const curve = (shape: number, scaleS: number, answers: number): number[] =>
    perSecond(sharesOf({ shape, scaleS }, { windowMs })).map((each) => Math.round(each * answers));
  const node = {
    isAway: false,
    heardAt: at - 80,
    connections: 2_430_000,
    perSecond: 118_000,
    ackMsP50: 2.7,
    broken: null,
  };
  return {
    ...{
      at,
      show: "final-night",
      connections: 9_720_000,
      answerUs: 9.4,
      recorded: 21_400_000,
      repeated: 63_200,
    },
    lost: [],
    refused: { late: 4_210, forged: 51_300, early: 112 },
    nodes: [0, 1, 2, 3].map((each) => ({
      ...{ ...node, node: each, ackMsP99: 12.4 + each, syncMs: 0.12, cpuShare: 0.52 + each / 20 },
      ...{ memoryBytes: 19e9, fanOutMs: 480 },
      strain: {
        ...{ syncsPerSecond: 870, syncShare: 0.11, syncMsAtStart: 0.12, connectionsMax: 100_000 },
        ...{ memory: { usedBytes: 76e9, totalBytes: 128e9 }, keySpareMs: 412, clockWithinMs: 19 },
      },
    })),
    saturation: [
      { resource: "cpu", share: 0.67, fullInMs: null },
      { resource: "memory", share: 0.59, fullInMs: 1_260_000 },
      { resource: "participants", share: 0.49, fullInMs: null },
      { resource: "connections", share: 0.24, fullInMs: null },
      { resource: "disk", share: 0.11, fullInMs: null },
      { resource: "network", share: null, fullInMs: null },
    ],
    question: {
      ...{ id: "question-3", phase: "open", counts: [1_104_000, 3_880_200, 1_420_600, 801_300] },
      perSecond: curve(2.3, 4.6, 8_900_000)
        .slice(0, secondsIn)
        .map((each, second) => Math.round(each * (1 + Math.sin(second * 2.1) / 14))),
      forecast: {
        low: curve(3, 6, 3_500_000),
        mid: curve(2.5, 5, 8_925_000),
        high: curve(2, 4, 25_000_000),
      },
    },
  };
}

function fakePlan(): PlanNow {
  const config = Config.parse({
    shows: {
      show: {
        ...{ title: "The final night", participantsMax: 30_000_000 },
        questions: { one: { text: "Which?", choices: ["a", "b"] } },
      },
    },
  }).shows["show"];
  if (!config) throw new Error("The show that was just written is not there");
  const show = showOf("show", config);
  const made = planOf("final-night", show, plan, { now: Date.now(), answerUs: 8.4 });
  return { show: "final-night", ...made };
}

const fakeFinalists = (): unknown => ({
  isRanked: true,
  finalists: Array.from({ length: 6 }, (_, at) => ({
    ...{ rank: at + 1, index: 1_234_567 * (at + 1), right: 5, latencyMs: 11_234 + at * 917 },
    ...(at === 0
      ? { name: "Ana Liva", contact: "ana@example.org" }
      : { name: null, contact: null }),
  })),
});

/** Every question about shows, answered. */
export const fakeLive = {
  "live.shows": fakeShows,
  "live.on-air": fakeOnAir,
  "live.plan": fakePlan,
  "live.finalists": fakeFinalists,
};
