import type { ReactNode } from "react";
import {
  amount,
  Badge,
  Card,
  type Column,
  count,
  span,
  Table,
  Tile,
  Tiles,
  time,
  type Tone,
  useNow,
} from "#console";
import type { EventNow, Mode, RoomNow } from "../contract.ts";
import { RoomCharts } from "./charts.tsx";
import { RoomDeeds } from "./deeds.tsx";

const modes: Record<Mode, { tone: Tone; says: string }> = {
  off: { tone: "none", says: "closed, everybody passes" },
  "when-full": { tone: "good", says: "open" },
  everyone: { tone: "warn", says: "open, everybody queues" },
  "before-event": { tone: "warn", says: "gathers people for an event" },
};

function stateOf({ mode, waiting, isSettling }: RoomNow): { tone: Tone; says: string } {
  if (isSettling && mode !== "off") return { tone: "none", says: "hears from the workers" };
  if (mode === "when-full" && waiting > 0) return { tone: "warn", says: "full, people wait" };
  return modes[mode];
}

const wait = (ms: number | null): string => (ms === null ? "–" : span(ms));

const Figures = ({ room }: { room: RoomNow }): ReactNode => (
  <Tiles>
    <Tile
      label="In"
      value={amount(room.active)}
      says={`of ${amount(room.activeMax)}${room.reserved > 0 ? `, ${amount(room.reserved)} called` : ""}`}
    />
    <Tile
      label="Came in within a minute"
      value={amount(room.enteredLastMinute)}
      says={`of ${amount(room.newPerMinute)}`}
    />
    <Tile label="Waiting" value={amount(room.waiting)} says={paceOf(room)} />
    <Tile
      label="The last one waits about"
      value={wait(room.longestWaitMs)}
      says={room.waiting === 0 ? "nobody waits" : "as things go"}
    />
    <Tile
      label="Half waited"
      value={wait(room.waitedMs.p50)}
      says={`95 % at most ${wait(room.waitedMs.p95)}`}
    />
    <Tile
      label="Answered with the page"
      value={`${amount(room.refusedPerMinute)}/min`}
      says={`asks again every ${span(room.refreshMs)}`}
    />
  </Tiles>
);

const paceOf = ({ pacePerMinute, waiting }: RoomNow): string | undefined =>
  waiting === 0
    ? undefined
    : pacePerMinute > 0
      ? `${amount(pacePerMinute)} get in a minute`
      : "nobody gets in now";

const eventColumns: Column<EventNow>[] = [
  { head: "Event", cell: ({ name }) => <span className="font-medium">{name}</span> },
  { head: "Gathers from", cell: ({ preQueueAt }) => <When at={preQueueAt} /> },
  { head: "Starts", cell: ({ startsAt }) => <When at={startsAt} /> },
  { head: "Ends", cell: ({ endsAt }) => <When at={endsAt} /> },
  {
    head: "Order",
    cell: ({ shuffles }) => (shuffles ? "shuffled at the start" : "who came first"),
    wideOnly: true,
  },
];

function When({ at }: { at: number }): ReactNode {
  const now = useNow();
  const far = at > now ? `in ${span(at - now)}` : `${span(now - at)} ago`;
  return (
    <span>
      {time(at, now)} <span className="text-xs text-faint">{far}</span>
    </span>
  );
}

/** One room: what it holds back, how it goes, and what can be done. */
export function RoomCard({ room }: { room: RoomNow }): ReactNode {
  const { tone, says } = stateOf(room);
  const { override } = room;
  return (
    <section aria-label={`Waiting room ${room.room}`} className="grid gap-4">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 className="text-lg font-semibold">{room.room}</h2>
        <Badge tone={tone}>{says}</Badge>
        <p className="text-sm text-muted">
          before <code className="font-mono text-sm">{room.places.join(", ")}</code>
          {" · "}
          {count(room.workers.length, "worker")}
        </p>
        <RoomDeeds room={room} />
      </header>
      {override && (
        <p className="text-sm text-muted">
          Somebody {override.is === "open" ? "opened" : "closed"} it: {override.reason}
          {override.endsAt !== undefined && (
            <>
              {" "}
              · until <When at={override.endsAt} />
            </>
          )}
        </p>
      )}
      <Figures room={room} />
      <RoomCharts room={room.room} />
      {room.events.length > 0 && (
        <Card title="Planned" hint="the next of each event" flush>
          <Table
            label={`Events of ${room.room}`}
            rows={room.events}
            columns={eventColumns}
            keyOf={({ name }) => name}
          />
        </Card>
      )}
    </section>
  );
}
