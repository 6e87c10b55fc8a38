import type { OnAir, QuestionNow, ShowNow } from "../../absorb/live/contract.ts";
import { type Api, Refused } from "../api.ts";
import { type Command, exit, Failure, toCastor } from "../command.ts";
import { connect } from "../connect.ts";
import { ink, plain, table } from "../ink.ts";
import type { Terminal } from "../terminal.ts";

type Next = { command: string; about: string };

const stages: Record<ShowNow["stage"], string> = {
  planned: "doors closed",
  open: "doors open",
  finished: "over",
  erased: "over, and who answered what is erased",
};
const isBusy = ({ phase }: QuestionNow): boolean =>
  phase === "armed" || phase === "revealed" || phase === "open";

function nextOf(show: string, question: QuestionNow): Next | undefined {
  const at = `${show} ${question.id}`;
  switch (question.phase) {
    case "planned":
      return { command: `castor live arm ${at}`, about: "sends it ahead, sealed" };
    case "armed":
      return {
        command: `castor live reveal ${at} --in 5s`,
        about: "everybody sees it at the same moment",
      };
    case "revealed":
    case "open":
      return { command: `castor live close ${at}`, about: "or wait: it closes by itself" };
    case "closed":
      return { command: `castor live publish ${at}`, about: "with noise, once, from the budget" };
    case "published":
      return undefined;
  }
}

/** What an organiser may do now, the likeliest first. */
export function stepsOf({
  show,
  stage,
  questions,
}: Pick<ShowNow, "show" | "stage" | "questions">): Next[] {
  const name = show.replace(/~rehearsal$/, "");
  const rehearse = { command: `castor live open-doors ${name}~rehearsal`, about: "to try it all" };
  if (stage === "planned")
    return [{ command: `castor live open-doors ${show}`, about: "people can join" }, rehearse];
  const publish = questions
    .filter(({ phase }) => phase === "closed")
    .flatMap((each) => nextOf(show, each) ?? []);
  if (stage !== "open")
    return [
      ...publish,
      { command: `castor live finalists ${show}`, about: "who was right, fastest" },
      { command: `castor live export ${show}`, about: "what was published, as a file" },
    ];
  const busy = questions.find(isBusy);
  const planned = questions.find(({ phase }) => phase === "planned");
  const [question] = [busy ?? planned].flatMap((each) => (each ? (nextOf(show, each) ?? []) : []));
  const end = { command: `castor live finish ${show}`, about: "makes the ranking" };
  return busy && question ? [question] : [...publish, question ?? end];
}

const secondsLeft = ({ phase, revealAt, closesAt }: QuestionNow, now: number): string => {
  const until = phase === "revealed" ? revealAt : phase === "open" ? closesAt : null;
  return until === null ? "" : `, ${Math.max(0, Math.ceil((until - now) / 1_000))} s`;
};

function printShow(of: ShowNow, now: number, terminal: Terminal): void {
  const { bold, dim, cyan, green } = ink(terminal);
  const isRehearsal = of.show.endsWith("~rehearsal");
  terminal.out(
    `${bold(plain(of.title))}  ${plain(of.show)} · ${stages[of.stage]}${isRehearsal ? " · a rehearsal, which touches nothing of the show" : ""}\n\n`,
  );
  const rows = of.questions.map((question, place) => [
    isBusy(question) ? green("▸") : " ",
    dim(String(place + 1)),
    plain(question.id),
    `${question.phase}${secondsLeft(question, now)}`,
    plain(question.text),
    question.right === null ? "" : green(`✓ ${plain(question.choices[question.right] ?? "")}`),
  ]);
  terminal.out(`${table(rows)}\n\n`);
  const { spent, epsilonPerShow, epsilonPerQuestion } = of.budget;
  const left = Math.floor((epsilonPerShow - spent) / epsilonPerQuestion + 1e-9);
  const steps = stepsOf(of).map(({ command, about }, at) => [
    dim(at === 0 ? "next" : ""),
    cyan(command),
    dim(about),
  ]);
  const budget = `${spent} of epsilon ${epsilonPerShow} spent, ${left} more publications fit`;
  const ahead = of.budget.tables.map(({ by, error95, threshold, counts, expectedShown }) => {
    const shown = threshold === 0 ? "all" : `about ${expectedShown} of ${counts}`;
    const what = by.length === 0 ? "the total" : `by ${by.join(" and ")}`;
    return [dim(""), `${plain(what)}: ${shown} counts show, ±${error95}`, ""];
  });
  terminal.out(`${table([...steps, [dim("privacy"), budget], ...ahead])}\n`);
}

/** What is wrong with the nodes that count a show, and what to do about it. */
export const troublesOf = ({ nodes }: Pick<OnAir, "nodes">): string[] =>
  nodes.flatMap(({ node, isAway, broken }) => {
    if (isAway)
      return [
        `Node ${node} is away: participants there cannot answer until it is back. It is started again by itself, and has everything that it acknowledged.`,
      ];
    return broken === null
      ? []
      : [
          `Node ${node} acknowledges nothing: ${broken}. What was acknowledged is safe. Restart it on a disk that works.`,
        ];
  });

/** Nobody counts before the doors, and only who may operate is told of nodes. */
async function printTroubles(of: ShowNow, to: Api, terminal: Terminal): Promise<void> {
  if (of.stage === "planned" || of.stage === "erased") return;
  const told = await to.ask("live.on-air", { show: of.show }).catch((error: unknown) => {
    if (error instanceof Refused) return { nodes: [] };
    throw error;
  });
  const { red } = ink(terminal);
  for (const each of troublesOf(told as OnAir)) terminal.out(`${red("✗")} ${plain(each)}\n`);
}

/** `castor live now`: where a show is, and the command that comes next. */
export const liveNow: Command = {
  usage: "live now [show]",
  summary: "Where a show is, question by question, and the command that comes next.",
  about: "Without a name: all shows, one after the other. Look again after each step.",
  example: "castor live now final-night",
  wordsMax: 1,
  options: toCastor,
  async run(given, terminal) {
    const [show] = given.words;
    const api = connect(given, terminal);
    const found = (await api.ask("live.shows", show === undefined ? {} : { show })) as {
      at: number;
      shows: ShowNow[];
    };
    if (given.flag("json")) {
      const shows = found.shows.map((each) => ({ ...each, next: stepsOf(each) }));
      terminal.out(`${JSON.stringify({ ...found, shows })}\n`);
      return exit.ok;
    }
    if (found.shows.length === 0)
      throw new Failure(
        show === undefined ? "There is no show yet." : `There is no show ${show}.`,
        "Write one into castor.yaml under live.shows, or plan one in the console: castor live shows lists them.",
      );
    for (const [at, each] of found.shows.entries()) {
      if (at > 0) terminal.out("\n\n");
      printShow(each, found.at, terminal);
      await printTroubles(each, api, terminal);
    }
    return exit.ok;
  },
};
