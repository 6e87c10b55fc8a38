import { type Action, action, type Effects, type Read, perCastor } from "#kernel";
import * as z from "zod";
import { IncidentId } from "../contract.ts";

/** Who did not say so again after this is gone: the page says it every twenty seconds. */
const presentMs = 45_000;
const peopleMax = 500;
const roomsMax = 200;

type Room = Map<string, number>;
/** Heard now or never: nobody needs to know tomorrow who looked at a page. The log stands for the Castor that runs on it. */
const roomsOf = perCastor(() => new Map<string, Room>());

/** People by the ids of their accounts, who came first in front. */
export function whoIsHere(read: Pick<Read, "log" | "now">, incident: string): string[] {
  const room = roomsOf(read).get(incident);
  if (!room) return [];
  for (const [person, at] of room) if (read.now - at > presentMs) room.delete(person);
  return [...room.keys()];
}

function enter(fx: Pick<Effects, "log" | "now">, incident: string, person: string): void {
  const all = roomsOf(fx);
  const room = all.get(incident) ?? new Map<string, number>();
  if (room.size < peopleMax || room.has(person)) room.set(person, fx.now);
  all.delete(incident);
  all.set(incident, room);
  const [oldest] = all.keys();
  if (all.size > roomsMax && oldest !== undefined) all.delete(oldest);
}

export const arrive: Action = action("incidents.arrive", {
  about: "Says that you are in the room of an incident; the console says it for you while you are.",
  allow: "viewer",
  input: z.object({ incident: IncidentId, leaves: z.boolean().default(false) }).strict(),
  output: z.object({ here: z.array(z.string()) }),
  act: async ({ incident, leaves }, fx) => {
    const { kind, id } = fx.actor;
    if (leaves) roomsOf(fx).get(incident)?.delete(id);
    // A machine is nobody one could talk to.
    else if (kind === "person") enter(fx, incident, id);
    return { here: whoIsHere(fx, incident) };
  },
});
