import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { logAxis } from "./log-axis.ts";

test("every value stands within the axis, longer ones further right, and there are two ticks to read it by", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e12 })), (values) => {
      const axis = logAxis(values);
      const places = values.toSorted((a, b) => a - b).map((each) => axis.place(each));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      for (const place of places) expect(place >= 0 && place <= 1).toBe(true);
      if (Math.max(0, ...values) < 1e9) expect(axis.ticks.length).toBeGreaterThanOrEqual(2);
    }),
  );
});
