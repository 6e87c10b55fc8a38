import { type Action, action, type Effects } from "#kernel";
import * as z from "zod";
import { latency, requests } from "../../../absorb/gateway/contract.ts";
import { book } from "../book.ts";
import { type Graph, IncidentId, pinned, unknownIncident } from "../contract.ts";
import { streamOf } from "../incident.ts";

const pointsMax = 120;
const secondMs = 1_000;
/** So much of the roll-up that a graph has at most so many points. */
const steps = [
  ["10s", 10 * secondMs],
  ["1m", 60 * secondMs],
  ["1h", 3_600 * secondMs],
] as const;

type Asked = { service: string; what: "requests" | "latency"; minutes: number };

/** The numbers as they are now: what was seen stays seen, whatever the counters forget later. */
function graphOf(
  { counters, now }: Pick<Effects, "counters" | "now">,
  { service, what, minutes }: Asked,
): Graph {
  const spanMs = minutes * 60_000;
  const [step, stepMs] = steps.find(([, ms]) => spanMs / ms <= pointsMax) ?? steps[2];
  const to = Math.floor(now / stepMs) * stepMs;
  const range = { from: to - spanMs, to, step };
  const where = { where: { service } };
  const at = Array.from({ length: Math.ceil(spanMs / stepMs) }, (_, n) => range.from + n * stepMs);
  const fit = (points: readonly (number | null)[], by = 1): (number | null)[] =>
    at.map((_, n) => {
      const value = points[n] ?? null;
      return value === null ? null : value / by;
    });
  if (what === "latency") {
    const found = counters.quantiles(latency, range, [0.5, 0.95, 0.99], where);
    const lines = found.map(({ labels, points }) => ({
      name: `p${Math.round(Number(labels["quantile"]) * 100)}`,
      values: fit(points),
    }));
    return { title: `Time to answer of ${service}`, unit: "ms", at, lines };
  }
  const found = counters.sum(requests, range, { ...where, by: ["class"] });
  const lines = found.map(({ labels, points }) => ({
    name: labels["class"] ?? "",
    values: fit(points, stepMs / secondMs),
  }));
  return { title: `Requests of ${service}`, unit: "a second", at, lines };
}

export const pin: Action = action("incidents.pin", {
  about: "Pins a graph to the timeline, frozen as it is now.",
  allow: "responder",
  input: z
    .object({
      incident: IncidentId,
      service: z.string().min(1).max(60),
      what: z.enum(["requests", "latency"]).default("requests"),
      minutes: z.coerce.number().int().min(5).max(2_880).default(30),
    })
    .strict(),
  output: z.object({ points: z.number() }),
  act: async ({ incident, ...asked }, fx) => {
    if (!fx.view(book)[incident]) return unknownIncident();
    const graph = graphOf(fx, asked);
    await fx.record(incident, [pinned({ incident, graph }, { stream: streamOf(incident) })]);
    return { points: graph.at.length };
  },
});
