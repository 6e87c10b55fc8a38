import type { ReactNode } from "react";
import { usePlace } from "#console";
import { IncidentList } from "./console/list.tsx";
import { Room } from "./console/room.tsx";

/** All incidents, or the room of one. */
export function IncidentsPage(): ReactNode {
  const chosen = usePlace().search.get("incident");
  return chosen === null ? <IncidentList /> : <Room id={chosen} key={chosen} />;
}
