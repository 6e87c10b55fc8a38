import type { ReactNode } from "react";
import type * as z from "zod";
import { Empty, Loading, PageHead, ProblemView, useLive } from "#console";
import { RoomCard } from "./console/room.tsx";
import type { status } from "./contract.ts";

type Status = z.infer<(typeof status)["output"]>;

/** Who is in, who waits, and what can be done about it. */
export function WaitingRoomsPage(): ReactNode {
  const { data, error, retry } = useLive<Status>("waiting-room.status");
  return (
    <>
      <PageHead
        title="Waiting rooms"
        says="A fair line before what cannot be cached: so many people at a time, so many new ones a minute."
      />
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the waiting rooms" lines={6} />}
      {data?.rooms.length === 0 && (
        <Empty icon="people" title="No waiting room yet">
          Declare one under <code className="font-mono">waiting-room.rooms</code> in{" "}
          <code className="font-mono">castor.yaml</code>: what is behind it, and two numbers.
        </Empty>
      )}
      <div className="grid gap-6">
        {data?.rooms.map((room) => (
          <RoomCard key={room.room} room={room} />
        ))}
      </div>
    </>
  );
}
