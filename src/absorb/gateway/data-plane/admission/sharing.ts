import type { Bus } from "../../../../kernel/bus/bus.ts";
import { limitsTaken } from "../messages.ts";
import type { Plane } from "../plane.ts";

/** How long a caller who uses several workers is unknown to the others. */
const tellEveryMs = 200;

/**
 * Keeps the workers' limits in step: each holds whole buckets, and what is taken at one is taken at all of them a moment
 * later. A share of the rate for each would refuse a visitor whose one connection leads to one worker. Returns how to stop.
 */
export function shareAdmission(plane: Plane, bus: Bus, from: string): () => void {
  const telling = setInterval(() => {
    const told = plane.admission.tell(performance.now());
    if (told.length > 0) bus.publish(limitsTaken.name, { from, told });
  }, tellEveryMs);
  const deaf = bus.subscribe(limitsTaken.name, ({ body }) => {
    const heard = limitsTaken.schema.safeParse(body);
    if (!heard.success || heard.data.from === from) return;
    plane.admission.hear(heard.data.told, performance.now());
  });
  return () => {
    clearInterval(telling);
    deaf();
  };
}
