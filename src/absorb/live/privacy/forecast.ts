import { groupCount, type ShowShape } from "../contract/shape.ts";
import type { TableAhead } from "../contract/queries.ts";
import type { Promises } from "../contract/show.ts";
import { chanceAtLeast, error95Of, thresholdOf } from "./epsilon.ts";
import { dimensionsIn, tablesOf } from "./tables.ts";

/**
 * What a publication will tell, reckoned from the configuration alone: no count is looked at, so it costs nothing and tells
 * nothing. `answers` are those that are expected, spread evenly over groups and choices.
 */
export function tablesAhead(shape: ShowShape, promises: Promises, answers: number): TableAhead[] {
  const choices = Math.max(...shape.questions.map((each) => each.choices.length));
  return tablesOf(shape, promises).map(({ by, epsilonThousandths }) => {
    const counts = choices * groupCount({ dimensions: dimensionsIn(shape, by) });
    const { delta } = promises;
    const isAllShown = by.length === 0 || delta === 0;
    const threshold = isAllShown ? 0 : thresholdOf(epsilonThousandths, delta);
    const missing = threshold - Math.floor(answers / counts);
    const chance = isAllShown ? 1 : chanceAtLeast(epsilonThousandths, missing);
    return {
      ...{ by: [...by], epsilon: epsilonThousandths / 1_000, threshold, counts },
      error95: error95Of(epsilonThousandths),
      expectedShown: Math.round(counts * chance),
      answersNeeded: threshold * counts,
    };
  });
}
