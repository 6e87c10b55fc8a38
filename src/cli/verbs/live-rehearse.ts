import type { OnAir, PlanNow, ShowNow } from "../../absorb/live/contract.ts";
import type { CrowdFigures } from "../../absorb/live/generator/crowd.ts";
import {
  compare,
  type Compared,
  dueBy,
  Pace,
  paceEveryMs,
  recordedOf,
} from "../../absorb/live/rehearsal.ts";
import type { Api } from "../api.ts";
import { type Arguments, type Command, exit, Failure, toCastor, UsageError } from "../command.ts";
import { connect } from "../connect.ts";
import { plain } from "../ink.ts";
import { print, teller, whole } from "./live-rehearsed.ts";

type Key = {
  run: string;
  key: string;
  groups: number;
  nodes: { node: number; hostname: string; port: number }[];
};
type Driven = {
  api: Api;
  show: string;
  question: ShowNow["questions"][number];
  place: number;
  anyway: boolean;
};

const answersOtherwise = 50_000;
const answersMax = 20_000_000;
const startsWithinMs = 15_000;
const lookAgainMs = 200;
const revealInMs = 2_000;
/** Each answer comes in a frame of its own, as players send it: what it costs is what theirs will cost. */
const connectionsOfNode = 512;
const answersInFrame = 1;
const tokenS = 3_600;
/** After the reveal by the node's clock, so that clocks that differ a little make nobody early. */
const startsLateMs = 100;
/** Nodes tell what they counted within a second, busy ones later. */
const toldWithinMs = 10_000;
/** Answers that come when time is up are told so. */
const afterwardsS = 3;

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
        secondsMax: of.question.windowMs / 1_000 + afterwardsS,
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
  crowds: Awaited<ReturnType<typeof gather>>,
  tell: (afterMs: number, acknowledged: number) => void,
  signal: AbortSignal,
): Promise<{ figures: CrowdFigures[]; pace: Pace }> {
  const { api, show, question, anyway } = of;
  await api.act("live.arm", { show, question: question.id, anyway });
  await api.act("live.reveal", { show, question: question.id, in: `${revealInMs}ms`, anyway });
  await Bun.sleep(revealInMs + startsLateMs);
  const stop = (): void => crowds.forEach((each) => each.stop());
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  const revealAt = performance.now() - startsLateMs;
  const pace = new Pace();
  const look = (): void => {
    const [afterMs, acknowledged] = [
      performance.now() - revealAt,
      crowds.reduce((sum, { ackedCount }) => sum + ackedCount, 0),
    ];
    pace.look(afterMs, acknowledged);
    tell(afterMs, acknowledged);
  };
  const looking = setInterval(look, paceEveryMs);
  const figures = await Promise.all(crowds.map((each) => each.answer())).finally(() =>
    clearInterval(looking),
  );
  look();
  return { figures, pace };
}

/** Whoever stops in the middle leaves no open question and no open doors. */
async function end(api: Api, show: string, question: string | undefined): Promise<never> {
  if (question !== undefined) await api.act("live.close", { show, question });
  await api.act("live.finish", { show });
  throw new Failure("Stopped. The rehearsal is over, and the show is as it was.");
}

async function showNamed(api: Api, show: string): Promise<ShowNow | undefined> {
  const { shows } = (await api.ask("live.shows", { show })) as { shows: ShowNow[] };
  return shows[0];
}

async function firstQuestion(
  api: Api,
  show: string,
): Promise<{ question: ShowNow["questions"][number]; place: number }> {
  const questions = (await showNamed(api, show))?.questions ?? [];
  const place = questions.findIndex(({ phase }) => phase === "planned");
  const question = questions[place];
  if (!question) throw new Failure(`${show} has no question left to ask.`, "");
  return { question, place };
}

/** As many as were asked for; otherwise no more than the show takes. */
function answersOf(given: Arguments, participantsMax: number): number {
  const answers = Number(given.text("answers") ?? Math.min(answersOtherwise, participantsMax));
  if (!Number.isInteger(answers) || answers < 1 || answers > answersMax)
    throw new UsageError(`--answers goes from 1 to ${answersMax}.`);
  if (answers > participantsMax)
    throw new UsageError(`The show takes ${participantsMax} participants: --answers is more.`);
  return answers;
}

/** Two crowds at once would measure each other, and the second one's beginning takes away what the first one answers. */
async function refuseSecond(api: Api, show: string): Promise<void> {
  const { questions = [] } = (await showNamed(api, show)) ?? {};
  const busy = questions.find(({ phase }) => /armed|revealed|open/.test(phase));
  if (busy)
    throw new Failure(
      `Somebody rehearses: ${plain(busy.id)} of ${plain(show)} is on.`,
      "Wait until it is closed, or say --anyway to begin anew.",
    );
}

function estimateOf(plan: PlanNow, scenario = "mid"): PlanNow["estimates"][number] {
  const estimate = plan.estimates.find((each) => each.scenario === scenario);
  if (!estimate) throw new UsageError("--scenario is low, mid or high.");
  return estimate;
}

/** Begins the rehearsal anew; its key makes a crowd for it, and for nothing else. */
async function begin(api: Api, show: string, anyway: boolean): Promise<Key> {
  await api.act("live.open-doors", { show, anyway });
  return await until(
    "The rehearsal's doors did not open",
    async () => (await api.act("live.backend-key", { show })) as Key,
  );
}

type Sent = {
  answers: number;
  figures: CrowdFigures[];
  pace: Pace;
  plan: PlanNow;
  busiestShare: number;
};
/** What the nodes told of it, once their last word is in. */
async function weigh(api: Api, show: string, of: Sent): Promise<Compared[]> {
  const recorded = recordedOf(of.figures);
  const end = Date.now() + toldWithinMs;
  for (;;) {
    const { question, answerUs } = (await api.ask("live.on-air", { show })) as OnAir;
    const counted = question?.counts.reduce((sum, each) => sum + each, 0) ?? 0;
    if (counted < recorded && Date.now() < end) await Bun.sleep(lookAgainMs);
    else
      return compare({
        ...{ answers: of.answers, figures: of.figures, peak: of.pace.busiest(), counted },
        peakPlanned: Math.round(of.busiestShare * of.answers),
        ...{ answerUsPlanned: of.plan.answerUs, answerUs },
      });
  }
}

/** The plan's curve for so many answers. */
function scaled(curve: readonly number[], answers: number): number[] {
  const all = Math.max(
    1,
    curve.reduce((sum, each) => sum + each, 0),
  );
  return curve.map((each) => (each / all) * answers);
}

/** `castor live rehearse`: the plan's curve at the running system, in a rehearsal, and what came of it. */
export const liveRehearse: Command = {
  usage: "live rehearse <show> [--answers 50000] [--scenario low|mid|high] [--anyway]",
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
    anyway: {
      type: "flag",
      about: "Although a question of a real show is on: it needs the same cores.",
    },
    ...toCastor,
  },
  async run(given, terminal) {
    const show = `${(given.words[0] ?? "").replace(/~rehearsal$/, "")}~rehearsal`;
    const api = connect(given, terminal);
    const plan = (await api.ask("live.plan", { show })) as PlanNow;
    const { curve, needs } = estimateOf(plan, given.text("scenario"));
    const { participantsMax = 0 } = (await showNamed(api, show.replace("~rehearsal", ""))) ?? {};
    const answers = answersOf(given, participantsMax);
    const anyway = given.flag("anyway");
    if (!anyway) await refuseSecond(api, show);
    const { signal } = terminal;
    const key = await begin(api, show, anyway);
    const driven = { api, show, anyway, ...(await firstQuestion(api, show)) };
    const { id, windowMs, text } = driven.question;
    terminal.err(
      `${whole.format(answers)} answers to “${plain(text)}” within ${windowMs / 1_000} s, in ${key.run}\n`,
    );
    const crowds = await gather(key, driven, answers, curve);
    const tell = teller(terminal, { answers, windowMs });
    if (signal.aborted) return await end(api, show, undefined);
    const driving = await drive(driven, crowds, tell, signal);
    if (signal.aborted) return await end(api, show, id);
    await api.act("live.close", { show, question: id });
    const busiestShare = needs["busiestShare"] ?? 0;
    const rows = await weigh(api, show, { ...driving, answers, plan, busiestShare });
    const perSecond = driving.pace.perSecond();
    if (given.flag("json"))
      terminal.out(`${JSON.stringify({ show, run: key.run, rows, perSecond })}\n`);
    else print(rows, { show, curve: scaled(curve, answers), perSecond }, terminal);
    return rows.every(({ isGood }) => isGood) ? exit.ok : exit.refused;
  },
};
