import type { ReactNode } from "react";
import { type CacheNow, type GatewayNow, useMay } from "#console";
import { FreezeButton } from "./freezing.tsx";
import { PurgeButton } from "./purging.tsx";
import { RoomButton } from "./rooms.tsx";
import { Stopping } from "./stopping.tsx";

/** What an operator can do at once; each says what it will do first. */
export function Interventions({
  now,
  cache,
}: {
  now: GatewayNow;
  cache: CacheNow | undefined;
}): ReactNode {
  const may = useMay("operator");
  if (!may) return null;
  return (
    <>
      <FreezeButton now={now} />
      <RoomButton now={now} />
      <Stopping now={now} />
      {cache && cache.rules.length > 0 && <PurgeButton cache={cache} />}
    </>
  );
}
