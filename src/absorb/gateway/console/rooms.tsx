import { type ReactNode, useState } from "react";
import { amount, Choice, type GatewayNow, type Rooms, span, useLive, useSend } from "#console";
import { Intervention } from "./intervention.tsx";

type Room = Rooms["rooms"][number];

/** What opening this room means now, in numbers. */
function OpeningEffect({ room, now }: { room: Room; now: GatewayNow }): ReactNode {
  const comePerMinute = now.visitorsPerSecond * 60;
  const tooMany = Math.max(0, comePerMinute - room.newPerMinute);
  return (
    <>
      <p>
        Before <code className="font-mono text-xs">{room.places.join(", ")}</code>: at most{" "}
        {amount(room.activeMax)} people in at a time, {amount(room.newPerMinute)} new ones a minute.
      </p>
      <p>
        {amount(comePerMinute)} visitors a minute come now;{" "}
        {tooMany > 0
          ? `about ${amount(tooMany)} of them would wait each minute, in a fair line with an estimate.`
          : "all of them would get in."}
      </p>
      <p>What the cache holds is served to everybody. Who is in stays in.</p>
    </>
  );
}

/** Opens a waiting room, or lets one that is open follow its configuration again. */
export function RoomButton({ now }: { now: GatewayNow }): ReactNode {
  const send = useSend("waiting-room.status", "surge.status");
  const rooms = useLive<Rooms>("waiting-room.status").data?.rooms ?? [];
  const [picked, setPicked] = useState<string>();
  const open = rooms.find(({ override }) => override?.is === "open");
  const closed = rooms.filter(({ override }) => override?.is !== "open");
  const room = closed.find((each) => each.room === picked) ?? closed[0];
  return (
    <>
      {open && (
        <Intervention
          what={`Release room ${open.room}`}
          icon="people"
          title={`Release ${open.room}`}
          submit="Release now"
          done={`${open.room} follows its configuration again`}
          asksWhy={false}
          effect={
            <p>
              It was opened: {open.override?.reason}. {amount(open.active)} people are in and{" "}
              {amount(open.waiting)} wait
              {open.longestWaitMs === null ? "" : `, the last one ${span(open.longestWaitMs)}`};
              whether they must go on waiting is then up to its configuration.
            </p>
          }
          act={() => send("waiting-room.release", { room: open.room })}
        />
      )}
      {room && (
        <Intervention
          what="Room"
          icon="people"
          title={`Open the waiting room ${room.room}`}
          submit="Open now"
          done={`${room.room} is open: those who are too many wait`}
          timed
          effect={<OpeningEffect room={room} now={now} />}
          act={({ reason, for: length }) =>
            send("waiting-room.open", { room: room.room, reason, for: length })
          }
        >
          {closed.length > 1 && (
            <Choice
              label="Room"
              value={room.room}
              onChange={({ currentTarget }) => setPicked(currentTarget.value)}
              options={closed.map((each) => [each.room, each.room] as const)}
            />
          )}
        </Intervention>
      )}
    </>
  );
}
