import type { ReactNode } from "react";
import { amount, bytes, Card, duration, share, span } from "#console";
import type { OnAir, Saturation, ShowNow } from "../contract.ts";

type Node = OnAir["nodes"][number];
type Words = { label: string; says: (nodes: readonly Node[], now: OnAir, show: ShowNow) => string };

const fullFrom = 0.8;

/** The node of which something is most, among those that told it. */
const fullest = (
  nodes: readonly Node[],
  of: (node: Node) => number | undefined,
): Node | undefined => nodes.toSorted((a, b) => (of(b) ?? -1) - (of(a) ?? -1))[0];

const words: Record<Saturation["resource"], Words> = {
  cpu: {
    label: "Processor",
    says: (nodes) =>
      `${amount(fullest(nodes, (each) => each.cpuShare)?.cpuShare ?? 0)} of the one core that a node uses`,
  },
  disk: {
    label: "Writing to disk",
    says: (nodes) => {
      const node = fullest(nodes, (each) => each.strain?.syncShare);
      if (!node?.strain) return "";
      const { syncsPerSecond, syncMsAtStart } = node.strain;
      return `${amount(syncsPerSecond)} syncs a second, ${duration(node.syncMs)} each; ${duration(syncMsAtStart)} at its start`;
    },
  },
  memory: {
    label: "Memory of the machine",
    says: (nodes) => {
      const memory = fullest(
        nodes,
        ({ strain }) => strain?.memory && strain.memory.usedBytes / strain.memory.totalBytes,
      )?.strain?.memory;
      const own = nodes.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
      return memory
        ? `${bytes(memory.usedBytes)} of ${bytes(memory.totalBytes)}; ${bytes(own)} of it for counting`
        : `${bytes(own)} for counting`;
    },
  },
  space: {
    label: "Room on its disk",
    says: (nodes) => {
      const space = fullest(
        nodes,
        ({ strain }) => strain?.space && strain.space.usedBytes / strain.space.totalBytes,
      )?.strain?.space;
      return space ? `${bytes(space.usedBytes)} of ${bytes(space.totalBytes)}` : "";
    },
  },
  connections: {
    label: "Connections",
    says: (nodes) => {
      const node = fullest(nodes, (each) => each.connections / (each.strain?.connectionsMax ?? 1));
      return node?.strain
        ? `${amount(node.connections)} of ${amount(node.strain.connectionsMax)} that its process may open`
        : "";
    },
  },
  network: {
    label: "Network",
    says: (nodes) => {
      const network = fullest(nodes, ({ strain }) => strain?.network?.perSecond)?.strain?.network;
      return network
        ? `${bytes(network.perSecond)} of ${bytes(network.perSecondMax)} a second`
        : "This machine does not say how fast its network is";
    },
  },
  participants: {
    label: "Places",
    says: (_, { connections }, { participantsMax }) =>
      `${amount(connections)} connected, ${amount(participantsMax)} may join`,
  },
};

function Row({ of, now, show }: { of: Saturation; now: OnAir; show: ShowNow }): ReactNode {
  const { label, says } = words[of.resource];
  const value = of.share === null ? "not known" : share(of.share);
  const isFull = (of.share ?? 0) >= fullFrom || of.fullInMs !== null;
  return (
    <li className="grid content-start gap-1">
      <div className="flex justify-between gap-3 text-sm">
        <span>{label}</span>
        <span className="whitespace-nowrap tabular-nums text-muted">
          {of.fullInMs !== null && (
            <b className="mr-2 text-warn">
              {of.fullInMs === 0 ? "full" : `full in ${span(of.fullInMs)}`}
            </b>
          )}
          {value}
        </span>
      </div>
      {of.share !== null && (
        <svg
          viewBox="0 0 100 4"
          preserveAspectRatio="none"
          className="h-2 w-full overflow-hidden rounded-full"
          role="img"
          aria-label={`${label}: ${value}`}
        >
          <rect width={100} height={4} className="fill-sunken" />
          <rect
            width={Math.min(100, of.share * 100)}
            height={4}
            className={isFull ? "fill-warn-fill" : "fill-accent"}
          />
        </svg>
      )}
      <p className="text-xs text-faint">{says(now.nodes, now, show)}</p>
    </li>
  );
}

/** What fills up, the fullest first, and when it is full if it goes on as in the last seconds. */
export function SaturationCard({ now, show }: { now: OnAir; show: ShowNow }): ReactNode {
  return (
    <Card title="What is full first" hint="now, on the fullest node">
      <ul className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        {now.saturation.map((each) => (
          <Row key={each.resource} of={each} now={now} show={show} />
        ))}
      </ul>
    </Card>
  );
}
