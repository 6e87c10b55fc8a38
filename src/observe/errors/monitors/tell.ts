import { action, type Effects, type Event, isRefusal } from "#kernel";
import type { Config } from "../config.ts";
import * as contract from "../contract.ts";
import type { Finding } from "../intake/findings.ts";
import { projectsView } from "../project.ts";
import { askIntake } from "../ask-intake.ts";

type News = Extract<Finding, { kind: "monitor" }>["news"];
type Of = { project: string; monitor: string; environment: string };
/** Slugs may hold anything; names of streams may not. */
const keyOf = ({ project, monitor, environment }: Of): string =>
  `monitors/${project}/${new Bun.CryptoHasher("sha256").update(`${monitor}\n${environment}`).digest("hex").slice(0, 32)}`;

/** Makes a fact of what was found about a job; the same finding told twice is one fact. */
export async function recordMonitor(
  found: Extract<Finding, { kind: "monitor" }>,
  id: string,
  fx: Effects,
): Promise<void> {
  const { project, monitor, environment, news } = found;
  const of = { project, monitor, environment };
  await fx.record(keyOf(of), [factOf(of, news)], { id });
}

function factOf(of: Of, news: News): Event {
  if (news.what === "recovered") {
    const { at, lastedMs } = news;
    return contract.monitorRecovered({ ...of, at, lastedMs });
  }
  const { why, at, inRow, expectedAt } = news;
  const expected = expectedAt === undefined ? {} : { expectedAt };
  return contract.monitorFailed({ ...of, why, at, inRow, ...expected });
}

/** An action, as only the inbox's own process knows which jobs there are. */
export const forgetMonitor = action("errors.forget-monitor", {
  about: "Says that a job is no more, so that nobody misses it.",
  destroys: {
    what: "The runs of a job that were kept, and the watch over it until it checks in again.",
    name: ({ monitor }) => monitor,
  },
  allow: "responder",
  input: contract.ofMonitor.extend({
    environment: contract.ofMonitor.shape.environment.default(""),
  }),
  output: contract.ofMonitor,
  act: async (of, fx: Effects<Config>) => {
    const number = fx.view(projectsView).find((each) => each.project === of.project)?.number;
    if (number === undefined) return contract.unknownProject();
    type Known = { monitors: Of[] };
    const known = await askIntake<Known>(fx, "monitors", { project: number });
    if (isRefusal(known)) return known;
    const isKnown = known?.monitors.some(
      ({ monitor, environment }) => monitor === of.monitor && environment === of.environment,
    );
    if (isKnown !== true)
      return contract.unknownMonitor(`No job ${of.monitor} of ${of.project} checks in from there.`);
    await fx.record(keyOf(of), [contract.monitorForgotten(of)]);
    return of;
  },
});
