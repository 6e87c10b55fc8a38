import type { Gauge } from "#kernel";
import { nodesNow } from "./on-air.ts";
import type { OnAir } from "./contract/queries.ts";
import { present, type Reading } from "./present.ts";

type Node = OnAir["nodes"][number];

/** Shows and rehearsals whose doors are open: no more than operators can follow. */
const onNow = (read: Reading): string[] =>
  Object.entries(read.view(present)).flatMap(([show, { doorsAt, finishedAt }]) =>
    doorsAt === undefined || finishedAt !== undefined ? [] : [show],
  );

function ofNodes(
  name: string,
  about: string,
  valueOf: (node: Node, now: number) => number | null,
): Gauge {
  return {
    ...{ name: `live.${name}`, labels: ["show", "node"], about },
    read: (read) =>
      onNow(read as Reading).flatMap((show) =>
        nodesNow(read as Reading, show).flatMap((node) => {
          const value = valueOf(node, read.now);
          return value === null ? [] : [{ labels: { show, node: `${node.node}` }, value }];
        }),
      ),
  };
}

const budgetLeft: Gauge = {
  ...{ name: "live.budget_left", labels: ["show"] },
  about: "Epsilon that publications of a show may still spend.",
  read: (read) =>
    Object.entries((read as Reading).view(present)).flatMap(([show, state]) => {
      const { epsilonPerShow } = state.definition?.promises ?? {};
      if (state.doorsAt === undefined || epsilonPerShow === undefined) return [];
      return [{ labels: { show }, value: (epsilonPerShow - state.spentThousandths) / 1_000 }];
    }),
};

/** What an operator draws of a show that is on; answers by outcome are the counter `live.answers`. */
export const gauges: readonly Gauge[] = [
  ofNodes("node_up", "1 while a node is heard of, 0 while it is away.", ({ isAway }) =>
    isAway ? 0 : 1,
  ),
  ofNodes("connections", "Who is connected to a node.", ({ connections }) => connections),
  ofNodes(
    "answers_per_second",
    "Answers that a node recorded in the last second.",
    ({ perSecond }) => perSecond,
  ),
  ofNodes(
    "ack_p50_seconds",
    "Within how long half of the answers of the last second were acknowledged.",
    ({ ackMsP50 }) => ackMsP50 / 1_000,
  ),
  ofNodes(
    "ack_p99_seconds",
    "The same for 99 of 100; the bar is 0.04.",
    ({ ackMsP99 }) => ackMsP99 / 1_000,
  ),
  ofNodes("sync_seconds", "What one sync of a node's log takes.", ({ syncMs }) => syncMs / 1_000),
  ofNodes(
    "sync_share",
    "The part of the last second in which its log was synced.",
    ({ strain }) => strain?.syncShare ?? null,
  ),
  ofNodes(
    "refusing",
    "1 while a node acknowledges nothing: its disk failed or is full.",
    ({ broken }) => (broken === null ? 0 : 1),
  ),
  ofNodes(
    "heard_ago_seconds",
    "How old what is merged of a node's counts is.",
    ({ heardAt }, now) => (now - heardAt) / 1_000,
  ),
  ofNodes(
    "fan_out_seconds",
    "How long the last client waited when something was last said to all.",
    ({ fanOutMs }) => fanOutMs / 1_000,
  ),
  ofNodes(
    "cpu_share",
    "The processor time of a node in the last second, of one core.",
    ({ cpuShare }) => cpuShare,
  ),
  ofNodes("memory_bytes", "The memory of a node's process.", ({ memoryBytes }) => memoryBytes),
  budgetLeft,
];
