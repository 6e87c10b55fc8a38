import { type Effects, processesOf } from "#kernel";
import { type Config, nodeMark } from "./config.ts";
import {
  livePicture,
  type LivePicture,
  outpostOf,
  type QuestionOrder,
  type Run,
} from "./contract/orders.ts";
import { isRehearsal, rehearsalEnd, type Show, showBehind } from "./contract/show.ts";
import { present } from "./present.ts";
import { type Asked, askedOf, type Shows, type ShowState, stateOf } from "./show.ts";

const keyBytes = 16;
const stopGraceMs = 10_000;
const restartMsMin = 50;
const restartMsMax = 1_000;

/** How processes are started. Given to Castor as equipment `machine`. */
type Machine = { outpostCommand: (name: string) => string[] };

/** The name that nodes know a performance by: every beginning of a rehearsal is another one. */
export const runOf = (show: string, { run }: { run: number }): string =>
  isRehearsal(show) ? `${showBehind(show)}-${run}${rehearsalEnd}` : show;

/** The show, or the beginning of a rehearsal, that nodes know by a name. */
export const showOfRun = (known: Shows, run: string): [string, ShowState] | undefined =>
  Object.entries(known).find(([show, state]) => runOf(show, state) === run);

function orderOf({ armed, times, closedAt }: Asked): QuestionOrder {
  if (closedAt !== undefined) return { state: "closed" };
  if (times !== undefined) return { state: "revealed", ...times };
  return { state: armed ? "armed" : "coming" };
}

/** The life in which each node began. */
const firstLives = ({ lives }: ShowState): Run["lives"] =>
  Object.fromEntries(lives.toReversed().map(({ node, epoch }) => [`${node}`, epoch]));

/** What a performance has from its doors on, and no log should hold. */
type Fixed = Pick<Run, "tokenKey" | "nodes">;

function performanceOf(show: string, state: ShowState, definition: Show, fixed: Fixed): Run {
  const { title, joining, shape, promises, tokenMs, countries, showsRight, origins } = definition;
  return {
    ...{ run: runOf(show, state), title, joining, ...fixed, shape },
    ...{ stageCellMin: promises.stageCellMin, tokenMs, countries, showsRight },
    lives: firstLives(state),
    published: Object.values(state.asked).filter(({ publication }) => publication).length,
    ...(state.finalists && { ranking: state.finalists }),
    ...(origins && { origins }),
    endedRelays: state.relays.flatMap(({ isEnded, number }) => (isEnded ? [number] : [])),
    questions: shape.questions.map(({ id }) => orderOf(askedOf(state, id))),
    isErased: state.erasingAt !== undefined,
  };
}

/** The run of a show whose doors are open, as its nodes know it. */
export function runNow(fx: Effects<Config>, show: string): Run | undefined {
  const wanted = runOf(show, stateOf(fx.view(present), show));
  return fx.snapshots.get(livePicture)?.value.runs.find(({ run }) => run === wanted);
}

type Listening = Pick<Config, "listen" | "nodes" | "address">;

export function nodesOf({ listen, nodes, address }: Listening): LivePicture["nodes"] {
  const colon = listen.lastIndexOf(":");
  const hostname = listen.slice(0, colon).replaceAll(/[[\]]/g, "");
  const port = Number(listen.slice(colon + 1));
  return Array.from({ length: nodes }, (_, node) => ({
    ...{ node, hostname, port: port + node },
    ...(address !== undefined && { address: address.replace(nodeMark, `${node}`) }),
  }));
}

const newKey = (fx: Effects<Config>): string =>
  fx.secret(keyBytes).toBase64({ alphabet: "base64url", omitPadding: true });

const isPublishing = ({ asked }: ShowState): boolean =>
  Object.values(asked).some(({ price, publication }) => price !== undefined && !publication);

/** Shows that nodes have something of: a rehearsal leaves nothing once it is erased. */
const isCounted = ([show, state]: [string, ShowState]): boolean =>
  state.doorsAt !== undefined &&
  !(isRehearsal(show) && state.erasedAt !== undefined && !isPublishing(state));

/** Whether its nodes may be asked no more: all is erased, and what was asked is published. */
const isSettled = ({ erasedAt, asked }: ShowState): boolean =>
  erasedAt !== undefined &&
  Object.values(asked).every(({ times, publication }) => !times || publication !== undefined);

/**
 * Writes what the nodes work from. Without open doors there is no node, and no process for it; but where the audience comes by
 * another address something stands before the nodes, whose health checks would find nobody and call people.
 */
export async function publishPicture(fx: Effects<Config>): Promise<void> {
  const before = fx.snapshots.get(livePicture)?.value;
  const counted = Object.entries(fx.view(present)).filter(isCounted);
  const isAwaited = counted.length > 0 || fx.config.address !== undefined;
  if (before === undefined && !isAwaited) return;
  const known = new Map(before?.runs.map((run) => [run.run, run]));
  let nodesMin = fx.config.nodes;
  const runs = counted.flatMap(([show, state]) => {
    if (state.definition === undefined) return [];
    const { tokenKey = newKey(fx), nodes = fx.config.nodes } = known.get(runOf(show, state)) ?? {};
    // A node that castor.yaml names no more goes on for what only it has.
    if (!isSettled(state)) nodesMin = Math.max(nodesMin, nodes);
    return [performanceOf(show, state, state.definition, { tokenKey, nodes })];
  });
  const nodes = nodesOf({ ...fx.config, nodes: nodesMin });
  await fx.snapshots.put(livePicture, { nodes, runs });
  const { outpostCommand } = fx.equipment<Machine>("machine");
  await fx.snapshots.put(processesOf("live"), {
    processes: nodes.map(({ node }) => ({
      id: outpostOf(node),
      // It holds its log alone, so the next one starts when it has ended.
      kind: "service" as const,
      command: outpostCommand(outpostOf(node)),
      ready: { file: true },
      stop: { graceMs: stopGraceMs },
      restart: { firstMs: restartMsMin, maxMs: restartMsMax },
    })),
  });
}

/** Where the audience reaches a node. */
export function addressOf({ hostname, port, address }: LivePicture["nodes"][number]): string {
  if (address !== undefined) return address.replace(/\/+$/, "");
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
