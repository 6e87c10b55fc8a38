import { type Answer, answer, type Refusal } from "#kernel";
import { configuredShow } from "./config.ts";
import type { PlanCosts } from "./contract/costs.ts";
import { definitionNow } from "./contract/definition.ts";
import {
  finalistsNow,
  onAir,
  planned,
  type PlanNow,
  type QuestionNow,
  results,
  type ShowNow,
  showsNow,
} from "./contract/queries.ts";
import { unknownShow } from "./contract/problems.ts";
import { groupCount } from "./contract/shape.ts";
import { type Show, showBehind } from "./contract/show.ts";
import { saidOf } from "./draft.ts";
import { finalistsOf, onAirNow } from "./on-air.ts";
import { measuredView, planNamed, present, type Reading, showNamed } from "./present.ts";
import { tablesAhead } from "./privacy/forecast.ts";
import { resultOf } from "./results.ts";
import { askedOf, endsAt, phaseOf, publishedOf, type ShowState, stateOf } from "./show.ts";

function questionsOf(definition: Show, state: ShowState, now: number): QuestionNow[] {
  return definition.shape.questions.map(({ id, text, choices, right, windowMs }) => {
    const asked = askedOf(state, id);
    const phase = phaseOf(asked, now);
    const isOver = phase === "closed" || phase === "published";
    const { revealAt = null, closesAt = null } = asked.times ?? {};
    const times = { revealAt, closesAt: asked.closedAt ?? closesAt };
    const { version } = asked;
    return {
      ...{ id, text, choices, right: isOver ? (right ?? null) : null, windowMs, phase },
      ...{ ...times, version },
    };
  });
}

const stageOf = ({ doorsAt, finishedAt, erasedAt }: ShowState): ShowNow["stage"] =>
  erasedAt !== undefined
    ? "erased"
    : finishedAt !== undefined
      ? "finished"
      : doorsAt === undefined
        ? "planned"
        : "open";

/** How many answers the plan expects of a question. */
function expectedAnswers(read: Reading, show: string, { shape }: Show): number {
  const { registered, online, answering } = planNamed(read, show);
  return Math.min(shape.participantsMax, registered.mid * online.mid * answering.mid);
}

function showNow(show: string, definition: Show, state: ShowState, read: Reading): ShowNow {
  const { config, now } = read;
  const { shape, promises } = definition;
  const { epsilonPerQuestion, epsilonPerShow, delta } = promises;
  return {
    ...{ show, title: definition.title, stage: stageOf(state), run: state.run },
    isInFile: configuredShow(config, showBehind(show)) !== undefined,
    ...{ joining: definition.joining, participantsMax: shape.participantsMax },
    groups: groupCount(shape),
    dimensions: shape.dimensions.map(({ id, values }) => ({ id, values: values.length })),
    questions: questionsOf(definition, state, now),
    finalists: definition.finalists,
    doorsAt: state.doorsAt ?? null,
    finishedAt: state.finishedAt ?? null,
    endsAt: endsAt(show, state) ?? null,
    eraseAt: state.eraseAt ?? null,
    erasingAt: state.erasingAt ?? null,
    erasedAt: state.erasedAt ?? null,
    relays: state.relays.flatMap(({ relay, until, isEnded }) =>
      isEnded || until <= now ? [] : [{ relay, until }],
    ),
    keepAnswersMs: promises.keepAnswersMs,
    budget: {
      epsilonPerQuestion: epsilonPerQuestion / 1_000,
      epsilonPerShow: epsilonPerShow / 1_000,
      spent: state.spentThousandths / 1_000,
      delta,
      tables: tablesAhead(shape, promises, expectedAnswers(read, show, definition)),
    },
  };
}

export function allShows(read: Reading): ShowNow[] {
  const known = read.view(present);
  const names = new Set([...Object.keys(read.config.shows), ...Object.keys(known)]);
  return [...names].toSorted().flatMap((show) => {
    const definition = showNamed(read, show);
    return definition ? [showNow(show, definition, stateOf(known, show), read)] : [];
  });
}

const nobodyKnows = (show: string): Refusal =>
  unknownShow(`There is no show ${show}: castor live shows`);

async function planNow(
  read: Reading,
  { show, costs: measured }: { show: string; costs?: PlanCosts | undefined },
): Promise<PlanNow | Refusal> {
  const definition = showNamed(read, show);
  if (definition === undefined) return nobodyKnows(show);
  const { planOf } = await import("./plan/plan.ts");
  const name = showBehind(show);
  const { answerUs } = read.view(measuredView);
  return {
    show,
    ...planOf(name, definition, planNamed(read, show), { now: read.now, answerUs, measured }),
  };
}

export const answers: readonly Answer[] = [
  answer(definitionNow, (read: Reading, { show }) => {
    const known = read.view(present);
    const definition = saidOf(known, show, read.config);
    const name = showBehind(show);
    const isInFile = configuredShow(read.config, name) !== undefined;
    const { version } = stateOf(known, name);
    return definition ? { show, isInFile, version, definition } : nobodyKnows(show);
  }),
  answer(showsNow, (read: Reading, { show }) => ({
    at: read.now,
    shows: allShows(read).filter((each) => show === undefined || each.show === show),
  })),
  answer(results, (read: Reading, { show }) => {
    const definition = showNamed(read, show);
    if (definition === undefined) return nobodyKnows(show);
    const state = stateOf(read.view(present), show);
    const { title, shape } = definition;
    return {
      ...{ show, title, dimensions: shape.dimensions.map(({ id }) => id) },
      questions: shape.questions.flatMap(({ id }) => {
        const published = publishedOf(state, id);
        return (published && resultOf(shape, id, published)) ?? [];
      }),
    };
  }),
  answer(planned, planNow),
  answer(onAir, (read: Reading, of) =>
    showNamed(read, of.show) ? onAirNow(read, of) : nobodyKnows(of.show),
  ),
  answer(finalistsNow, (read: Reading, of) =>
    showNamed(read, of.show) ? finalistsOf(read, of) : nobodyKnows(of.show),
  ),
];
