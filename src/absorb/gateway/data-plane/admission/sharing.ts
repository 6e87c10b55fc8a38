import type { Effects } from "#kernel";
import type { Admission } from "./admission.ts";
import { admissionCluster, admissionShared } from "./messages.ts";

/** How long a caller who uses several workers is unknown to the others. */
const tellEveryMs = 50;

/**
 * Keeps the workers' admission in step: each holds whole buckets, and what is taken at one is taken at all of them a moment
 * later. A share of the rate for each would refuse a visitor whose one connection leads to one worker. Returns how to stop.
 */
export function shareAdmission(
  admission: Admission,
  bus: Effects["bus"],
  of: { worker: string; life: string },
): () => void {
  const telling = setInterval(() => {
    const shared = admission.tell();
    if (shared.taken.length === 0 && shared.marks.length === 0) return;
    bus.publish(admissionShared.name, { from: of.life, ...shared });
  }, tellEveryMs);
  const stopHearing = bus.subscribe(admissionShared.name, ({ body }) => {
    const heard = admissionShared.schema.safeParse(body);
    if (heard.success && heard.data.from !== of.life) admission.hear(heard.data);
  });
  const stopServing = bus.serve(admissionCluster.name, {
    request: async ({ body }) => {
      const asked = admissionCluster.schema.parse(body);
      const marks = asked.do === "unmark" ? admission.unmark(asked.address) : admission.marks();
      return { worker: of.worker, marks: marks.slice(0, marksToldMax) };
    },
  });
  return () => {
    clearInterval(telling);
    stopHearing();
    stopServing();
  };
}
const marksToldMax = 500;
