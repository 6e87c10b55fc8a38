import type { OnAir, PlanNow, ShowNow } from "../../absorb/live/contract.ts";
import type { CrowdFigures } from "../../absorb/live/generator/crowd.ts";
import { compare, type Compared, dueBy } from "../../absorb/live/rehearsal.ts";
import type { Api } from "../api.ts";
import { type Arguments, type Command, exit, Failure, toCastor, UsageError } from "../command.ts";
import { connect } from "../connect.ts";
import { ink, table } from "../ink.ts";
import type { Terminal } from "../terminal.ts";

type Key = {
  run: string;
  key: string;
  participantsMax: number;
  groups: number;
  nodes: { node: number; hostname: string; port: number }[];
};
type Driven = { api: Api; show: string; question: ShowNow["questions"][number]; place: number };

const answersOtherwise = 50_000;
const answersMax = 20_000_000;
const startsWithinMs = 15_000;
const lookAgainMs = 200;
const revealInMs = 2_000;
const connectionsOfNode = 64;
const answersInFrame = 8;
const tokenS = 3_600;
/** After the reveal by the node's clock, so that clocks that differ a little make nobody early. */
const startsLateMs = 100;
/** Nodes tell what they counted within a second. */
const toldWithinMs = 1_500;

/** Asks again until there is an answer: nodes start with the doors. */
async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + startsWithinMs;
  for (;;) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    if (Date.now() > end)
      throw new Failure(
        `${what} within ${startsWithinMs / 1_000} s.`,
        "castor status says what runs.",
      );
    await Bun.sleep(lookAgainMs);
  }
}

/** The crowds of all nodes, connected and ready: each participant belongs to the node of their number. */
async function gather(key: Key, of: Driven, answers: number, curve: readonly number[]) {
  const [{ Crowd }, { sipKey }] = await Promise.all([
    import("../../absorb/live/generator/crowd.ts"),
    import("../../absorb/live/wire/sip-hash.ts"),
  ]);
  const bytes = Uint8Array.fromBase64(key.key, { alphabet: "base64url" });
  const expiresS = Math.floor(Date.now() / 1_000) + tokenS;
  const share = Math.floor(answers / key.nodes.length);
  const due = dueBy(curve, share);
  const crowds = key.nodes.map(
    ({ node, hostname, port }) =>
      new Crowd({
        ...{ hostname, port, run: key.run, key: sipKey(bytes), connections: connectionsOfNode },
        ...{
          batch: answersInFrame,
          inFlight: 1,
          due: (seconds: number) => due(seconds + startsLateMs / 1_000),
        },
        secondsMax: of.question.windowMs / 1_000,
        plan: {
          ...{ participants: share, first: node, step: key.nodes.length, node, question: of.place },
          ...{ choices: of.question.choices.length, groups: key.groups },
          ...{ repeatedPerMille: 0, forgedPerMille: 0, expiresS },
        },
      }),
  );
  await until("The nodes took no connections", async () => {
    await Promise.all(crowds.map((each) => each.connect()));
    return true;
  });
  return crowds;
}

async function drive(
  of: Driven,
  key: Key,
  answers: number,
  curve: readonly number[],
): Promise<CrowdFigures[]> {
  const { api, show, question } = of;
  const crowds = await gather(key, of, answers, curve);
  await api.act("live.arm", { show, question: question.id });
  await api.act("live.reveal", { show, question: question.id, in: `${revealInMs}ms` });
  await Bun.sleep(revealInMs + startsLateMs);
  return await Promise.all(crowds.map((each) => each.answer()));
}

function print(rows: readonly Compared[], terminal: Terminal): void {
  const { green, yellow, dim } = ink(terminal);
  const lines = rows.map(({ what, planned, was, isGood }) => [
    isGood ? green("✓") : yellow("!"),
    what,
    planned,
    was,
  ]);
  terminal.out(
    `${table([["", dim("what"), dim("planned"), dim("was")], ...lines], { right: [2, 3] })}\n`,
  );
}

async function firstQuestion(
  api: Api,
  show: string,
): Promise<{ question: ShowNow["questions"][number]; place: number }> {
  const { shows } = (await api.ask("live.shows", { show })) as { shows: ShowNow[] };
  const questions = shows[0]?.questions ?? [];
  const place = questions.findIndex(({ phase }) => phase === "planned");
  const question = questions[place];
  if (!question) throw new Failure(`${show} has no question left to ask.`, "");
  return { question, place };
}

function answersOf(given: Arguments): number {
  const answers = Number(given.text("answers") ?? answersOtherwise);
  if (!Number.isInteger(answers) || answers < 1 || answers > answersMax)
    throw new UsageError(`--answers goes from 1 to ${answersMax}.`);
  return answers;
}

function estimateOf(plan: PlanNow, scenario = "mid"): PlanNow["estimates"][number] {
  const estimate = plan.estimates.find((each) => each.scenario === scenario);
  if (!estimate) throw new UsageError("--scenario is low, mid or high.");
  return estimate;
}

/** Begins the rehearsal anew; its key makes a crowd for it, and for nothing else. */
async function begin(api: Api, show: string, answers: number): Promise<Key> {
  await api.act("live.open-doors", { show });
  const key = await until(
    "The rehearsal's doors did not open",
    async () => (await api.act("live.backend-key", { show })) as Key,
  );
  if (answers > key.participantsMax)
    throw new UsageError(`The show takes ${key.participantsMax} participants: --answers is more.`);
  return key;
}

type Sent = { answers: number; figures: CrowdFigures[]; plan: PlanNow; busiestShare: number };

/** What the nodes told of it, once their last word is in. */
async function weigh(api: Api, show: string, of: Sent): Promise<Compared[]> {
  await Bun.sleep(toldWithinMs);
  const now = (await api.ask("live.on-air", { show })) as OnAir;
  const after = (await api.ask("live.plan", { show })) as PlanNow;
  const { counts = [], perSecond = [] } = now.question ?? {};
  return compare({
    ...{ answers: of.answers, figures: of.figures, perSecond },
    peakPlanned: Math.round(of.busiestShare * of.answers),
    counted: counts.reduce((sum, each) => sum + each, 0),
    answerUsPlanned: of.plan.answerUs,
    answerUs: after.isMeasured ? after.answerUs : undefined,
  });
}

/** `castor live rehearse`: the plan's curve at the running system, in a rehearsal, and what came of it. */
export const liveRehearse: Command = {
  usage: "live rehearse <show> [--answers 50000] [--scenario low|mid|high]",
  summary: "Drive the plan's curve at a rehearsal, and compare the plan with what was.",
  about:
    "It begins the rehearsal anew and asks its first question; the show itself is not touched. The crowd is made on this machine and takes about as much of it as the answers do.",
  example: "castor live rehearse final-night --answers 200000 --scenario high",
  wordsMin: 1,
  wordsMax: 1,
  options: {
    answers: {
      type: "text",
      value: String(answersOtherwise),
      about: "How many; the curve keeps its shape.",
    },
    scenario: { type: "text", value: "low|mid|high", about: "Whose curve; mid when absent." },
    ...toCastor,
  },
  async run(given, terminal) {
    const answers = answersOf(given);
    const show = `${(given.words[0] ?? "").replace(/~rehearsal$/, "")}~rehearsal`;
    const api = connect(given, terminal);
    const plan = (await api.ask("live.plan", { show })) as PlanNow;
    const { curve, needs } = estimateOf(plan, given.text("scenario"));
    const key = await begin(api, show, answers);
    const driven = { api, show, ...(await firstQuestion(api, show)) };
    const { id, windowMs } = driven.question;
    terminal.err(`${answers} answers to ${id} of ${key.run} within ${windowMs / 1_000} s…\n`);
    const figures = await drive(driven, key, answers, curve);
    await api.act("live.close", { show, question: id });
    const sent = { answers, figures, plan, busiestShare: needs["busiestShare"] ?? 0 };
    const rows = await weigh(api, show, sent);
    if (given.flag("json")) terminal.out(`${JSON.stringify({ show, run: key.run, rows })}\n`);
    else print(rows, terminal);
    return rows.every(({ isGood }) => isGood) ? exit.ok : exit.refused;
  },
};
