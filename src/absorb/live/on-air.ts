import type { FinalistNow, OnAir } from "./contract/queries.ts";
import { ERASED } from "#kernel";
import { consented } from "./contract/facts.ts";
import { totalsOf } from "./contract/shape.ts";
import type { Show } from "./contract/show.ts";
import { runOf } from "./picture.ts";
import { type PlanConfig, scenarios } from "./plan/config.ts";
import { perSecond, sharesOf } from "./plan/curve.ts";
import { planNamed, present, type Reading, showNamed } from "./present.ts";
import { strainsOf } from "./saturation.ts";
import { askedOf, phaseOf, type ShowState, stateOf, stream } from "./show.ts";
import { awayAfterMs, type NodeHeard, type Watch, watchOf } from "./watch.ts";

/** The question that is on, or was on last. */
function latestOf({ asked }: ShowState): string | undefined {
  const started = Object.entries(asked).filter(([, { armed, times }]) => armed || times);
  const at = ([, { times }]: (typeof started)[number]): number => times?.revealAt ?? Infinity;
  return started.toSorted((a, b) => at(b) - at(a))[0]?.[0];
}

function forecastOf(
  plan: PlanConfig,
  windowMs: number,
): NonNullable<OnAir["question"]>["forecast"] {
  const curves = scenarios.map((scenario) => {
    const arrival = { shape: plan.arrivalShape[scenario], scaleS: plan.arrivalScaleS[scenario] };
    const answers = plan.registered[scenario] * plan.online[scenario] * plan.answering[scenario];
    const shares = perSecond(sharesOf(arrival, { windowMs }));
    return [scenario, shares.map((share) => Math.round(share * answers))] as const;
  });
  return Object.fromEntries(curves) as NonNullable<OnAir["question"]>["forecast"];
}

type Scene = { definition: Show; state: ShowState; run: string; plan: PlanConfig };

function questionNow(
  read: Reading,
  watch: Watch,
  { definition, state, run, plan }: Scene,
): OnAir["question"] {
  const id = latestOf(state);
  const place = definition.shape.questions.findIndex((each) => each.id === id);
  const question = definition.shape.questions[place];
  if (id === undefined || question === undefined) return null;
  const asked = askedOf(state, id);
  const cells = watch.merged(run).cells(place);
  const { revealAt, closesAt } = asked.times ?? {};
  const until = Math.min(read.now, (asked.closedAt ?? closesAt ?? 0) + 2_000);
  return {
    ...{ id, phase: phaseOf(asked, read.now) },
    counts: [...totalsOf(cells, question.choices.length)],
    perSecond: revealAt === undefined ? [] : watch.arrivals(run, revealAt, until),
    forecast: forecastOf(plan, question.windowMs),
  };
}

const nobodyThere = { connections: 0, perSecond: 0, cpuShare: 0, memoryBytes: 0 };

/** A node as it was heard last; one that is away has nobody and takes nothing. */
function nodeNow(
  { node, at, figures }: NodeHeard,
  lacks: string | undefined,
  now: number,
): OnAir["nodes"][number] {
  const away = now - at > awayAfterMs;
  const { connections, perSecond, cpuShare, memoryBytes } = away ? nobodyThere : figures;
  const { ackMsP50, ackMsP99, syncMs, fanOutMs, strain = null } = figures;
  const broken = (away ? lacks : figures.broken) ?? null;
  return {
    ...{ node, heardAt: at, isAway: away, broken, connections, perSecond, cpuShare, memoryBytes },
    ...{ ackMsP50, ackMsP99, syncMs, fanOutMs, strain },
  };
}

const silent = { ackMsP50: 0, ackMsP99: 0, syncMs: 0, fanOutMs: 0, strain: null };

/** Nodes that were not heard, but say that they cannot count it, or counted it before control started and had time to say so. */
function unheard(
  { lives }: ShowState,
  lacking: ReadonlyMap<number, string>,
  { since, now }: { since: number; now: number },
): OnAir["nodes"] {
  const known = now - since < awayAfterMs ? [] : lives.filter(({ before }) => before === null);
  const heardAt = new Map([
    ...Array.from(lacking.keys(), (node) => [node, now] as const),
    ...known.map(({ node, at }) => [node, at] as const),
  ]);
  return Array.from(heardAt, ([node, at]) => ({
    ...{ node, heardAt: at, isAway: true, ...nobodyThere, ...silent },
    broken: lacking.get(node) ?? null,
  }));
}

/** The nodes of a show, as they told it within the last second. */
export function nodesNow(read: Reading, show: string): OnAir["nodes"] {
  const watch = watchOf(read);
  const state = stateOf(read.view(present), show);
  const run = runOf(show, state);
  const lacking = watch.lacking(run, read.now);
  const heard = watch.nodes(run).map((each) => nodeNow(each, lacking.get(each.node), read.now));
  const isHeard = ({ node }: { node: number }): boolean => heard.some((each) => each.node === node);
  const silent = unheard(state, lacking, { since: watch.listensSince, now: read.now }).filter(
    (each) => !isHeard(each),
  );
  return [...heard, ...silent].toSorted((a, b) => a.node - b.node);
}

/** A show while it is on. */
export function onAirNow(read: Reading, { show }: { show: string }): OnAir {
  const watch = watchOf(read);
  const state = stateOf(read.view(present), show);
  const definition = showNamed(read, show);
  const run = runOf(show, state);
  const plan = planNamed(read, show);
  const nodes = nodesNow(read, show);
  const connections = nodes.reduce((all, node) => all + node.connections, 0);
  const participants = connections / (definition?.shape.participantsMax ?? 1);
  return {
    ...{ at: read.now, show, connections, answerUs: watch.answerUs(run) ?? null },
    ...{ recorded: watch.merged(run).recorded, ...watch.others(run) },
    nodes,
    lost: state.lives.flatMap(({ node, at, before }) =>
      before === null ? [] : [{ node, at, answers: before }],
    ),
    saturation: strainsOf(read).saturation(run, read.now, { participants }),
    question: definition ? questionNow(read, watch, { definition, state, run, plan }) : null,
  };
}

/** The ranking; names are read from the log, where they stand sealed until their key is dropped. */
export function finalistsOf(
  read: Reading,
  { show }: { show: string },
): {
  show: string;
  isRanked: boolean;
  finalists: FinalistNow[];
} {
  const { finalists, agreed, run } = stateOf(read.view(present), show);
  const told = new Map<string, { name: string; contact: string }>();
  if (agreed.length > 0)
    for (const { event } of read.log.read(`live/${stream}`)) {
      if (event.type !== consented.type) continue;
      const fact = consented.schema.parse(event.data);
      if (fact.show === show && fact.run === run) told.set(`${fact.index}/${fact.nth}`, fact);
    }
  const known = (text: string | undefined): string | null =>
    text === undefined || text === ERASED ? null : text;
  return {
    show,
    isRanked: finalists !== undefined,
    finalists: (finalists ?? []).map((finalist) => {
      const { nth } = agreed.find(({ index }) => index === finalist.index) ?? {};
      const { name, contact } = told.get(`${finalist.index}/${nth}`) ?? {};
      return { ...finalist, name: known(name), contact: known(contact) };
    }),
  };
}
