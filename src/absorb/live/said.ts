import type * as z from "zod";
import { countryCodes } from "./countries.ts";
import type { Definition } from "./contract/definition.ts";
import type { Show } from "./contract/show.ts";
import type { PlanConfig } from "./plan/config.ts";

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** Milliseconds as castor.yaml says them: 90000 is `90s`. */
export function durationSaid(ms: number): string {
  const [unit, size] = units.find(([, each]) => ms >= each && ms % each === 0) ?? ["ms", 1];
  return `${ms / size}${unit}`;
}

/** What plans reckon with, as castor.yaml would say it. */
export function planSaid(plan: PlanConfig): Record<string, unknown> {
  const { length, questionEvery, connectOver, reconnectOver, fanOutMax, machine, ...rest } = plan;
  const spans = { length, questionEvery, connectOver, reconnectOver, fanOutMax };
  const { boot, billedAtLeast, ...rented } = machine;
  return {
    ...rest,
    ...Object.fromEntries(Object.entries(spans).map(([name, ms]) => [name, durationSaid(ms)])),
    machine: { ...rented, boot: durationSaid(boot), billedAtLeast: durationSaid(billedAtLeast) },
  };
}

/** A show as castor.yaml would say it; the other way round of `showOf`. */
export function configSaid(show: Show): Omit<z.infer<typeof Definition>, "plan"> {
  const { shape, promises } = show;
  return {
    ...{ title: show.title, participantsMax: shape.participantsMax, joining: show.joining },
    dimensions: Object.fromEntries(
      shape.dimensions.map(({ id, values }) => [
        id,
        id === show.countries && values.length === countryCodes.length ? "countries" : values,
      ]),
    ),
    questions: Object.fromEntries(
      shape.questions.map(({ id, text, choices, right, windowMs }) => [
        id,
        {
          ...{ text, choices, window: durationSaid(windowMs) },
          ...(right === undefined ? {} : { right: choices[right] ?? "" }),
        },
      ]),
    ),
    ...{ finalists: show.finalists, stageShowsRight: show.showsRight, origins: show.origins ?? [] },
    tokens: durationSaid(show.tokenMs),
    keepAnswers: durationSaid(promises.keepAnswersMs),
    endsAfter: durationSaid(promises.endsAfterMs),
    keepFinalists: durationSaid(promises.keepFinalistsMs),
    privacy: {
      epsilonPerQuestion: promises.epsilonPerQuestion / 1_000,
      epsilonPerShow: promises.epsilonPerShow / 1_000,
      ...(promises.splitBy && { splitBy: promises.splitBy.map((by) => by.join("+")) }),
      ...{ delta: promises.delta, stageCellMin: promises.stageCellMin },
    },
  };
}
