import { action, type Effects, on, type Reaction, type Refusal } from "#kernel";
import * as z from "zod";
import * as incidents from "../../respond/incidents/contract.ts";
import { type Config, templateOf } from "./config.ts";
import * as contract from "./contract.ts";
import { beginningOf, summaryOf } from "./draft.ts";
import { figuresOf, fingerprintOf } from "./figures.ts";
import { nameFor } from "./post-mortem.ts";
import { changesIn, rowsOf } from "./rows.ts";
import { docOf } from "./shelf.ts";
import { templates } from "./templates.ts";

type Fx = Effects<Config>;

/** Whoever led sees to the lesson, else whoever ended it or asks for the draft. */
const ownerOf = (
  { actor }: Fx,
  { roles }: incidents.Incident,
  endedBy: string | undefined,
): string | undefined =>
  roles.commander ??
  roles.operations ??
  endedBy ??
  (actor.kind === "person" ? actor.id : undefined);

/** Measures an incident that is over, and writes the draft where there is none. */
export async function begin(
  fx: Fx,
  incident: string,
  endedBy?: string,
): Promise<{ postMortem: string } | Refusal> {
  const { incident: of } = await fx.ask(incidents.one, { incident });
  if (!of) return contract.unknownPostMortem(`There is no incident ${incident}.`);
  if (of.times.resolved === null) return contract.notOver(`${incident} is ${of.stage}.`);
  const postMortem = nameFor(incident);
  const figures = await figuresOf(fx, of);
  const measured = contract.measured({ postMortem, ...figures });
  if (docOf(fx, postMortem)) {
    await fx.record(postMortem, [measured]);
    return { postMortem };
  }
  const template = templateOf(fx.config, fx.config.template) ? fx.config.template : "castor";
  const form = templateOf(fx.config, template) ?? templates["castor"];
  if (!form) throw new Error("There is no template at all.");
  const dueMs = fx.config.due[of.severity];
  const owner = ownerOf(fx, of, endedBy);
  const { rows } = await rowsOf(fx, { incident, rows: {} });
  await fx.record(postMortem, [
    contract.drafted({
      ...{ postMortem, incident, template, fingerprint: fingerprintOf(fx, of) },
      sections: beginningOf(form, summaryOf(figures, changesIn(figures, rows))),
      dueAt: dueMs === undefined ? null : of.times.resolved + dueMs,
      ...(owner === undefined ? {} : { owner }),
    }),
    measured,
  ]);
  return { postMortem };
}

export const draftAction = action("post-mortems.draft", {
  about:
    "Writes the draft of an incident that is over; at the end of an incident it stands by itself.",
  allow: "responder",
  input: z.object({ incident: incidents.IncidentId }),
  output: z.object({ postMortem: z.string() }),
  act: ({ incident }, fx: Fx) => begin(fx, incident),
});

/** Figures that people correct afterwards are measured again. */
async function again(fx: Fx, incident: string): Promise<void> {
  if (docOf(fx, nameFor(incident))) await begin(fx, incident);
}

export const beginReactions: readonly Reaction[] = [
  on("post-mortems.begin", incidents.moved, async ({ event: { data }, by }, fx: Fx) => {
    if (data.to === "resolved")
      await begin(fx, data.incident, by.kind === "person" ? by.id : undefined);
  }),
  on("post-mortems.timed", incidents.timed, ({ event: { data } }, fx: Fx) =>
    again(fx, data.incident),
  ),
  on("post-mortems.graded", incidents.severityChanged, ({ event: { data } }, fx: Fx) =>
    again(fx, data.incident),
  ),
  on("post-mortems.about", incidents.servicesSet, ({ event: { data } }, fx: Fx) =>
    again(fx, data.incident),
  ),
  on("post-mortems.reviewed", contract.moved, async ({ event: { data } }, fx: Fx) => {
    const doc = data.to === "reviewed" ? docOf(fx, data.postMortem) : undefined;
    // An incident that is open again or reviewed already refuses, and is right.
    if (doc) await fx.order(incidents.statusOrder, { incident: doc.incident, to: "reviewed" });
  }),
];
