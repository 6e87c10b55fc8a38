import { expect, test } from "bun:test";
import * as fc from "fast-check";
import type { Graph } from "./facts.ts";
import { layoutOf, mermaidOf } from "./graph.ts";

const factor = (id: string, text = id) => ({ id, text, kind: "condition" as const });
const graph = (ids: string, ...links: string[]): Graph => ({
  factors: [...ids].map((id) => factor(id)),
  links: links.map((each) => ({ from: each[0] ?? "", to: each[1] ?? "" })),
});
const rowsOf = (of: Graph): string[] => {
  const rows = new Map<number, string>();
  for (const { id, y } of layoutOf(of).factors) rows.set(y, `${rows.get(y) ?? ""}${id}`);
  return [...rows.entries()].toSorted(([a], [b]) => a - b).map(([, ids]) => ids);
};

test("what made something possible stands above it, and just above it", () => {
  expect(rowsOf(graph("abc", "ab", "bc"))).toEqual(["a", "b", "c"]);
  expect(rowsOf(graph("abcd", "ab", "bc", "dc"))).toEqual(["a", "bd", "c"]);
});

test("a circle is drawn too", () => {
  expect(rowsOf(graph("abc", "ab", "bc", "ca"))).toEqual(["a", "b", "c"]);
  expect(layoutOf(graph("ab", "ab", "ba")).links).toHaveLength(2);
});

test("no box lies on another, or outside, whatever the graph is", () => {
  const links = fc.uniqueArray(fc.tuple(fc.nat(9), fc.nat(9)), {
    selector: ([a, b]) => `${a} ${b}`,
    maxLength: 30,
  });
  fc.assert(
    fc.property(
      links,
      fc.array(fc.string({ maxLength: 200 }), { minLength: 10, maxLength: 10 }),
      (pairs, texts) => {
        const { factors, width, height } = layoutOf({
          factors: texts.map((text, i) => factor(String(i), text)),
          links: pairs.filter(([a, b]) => a !== b).map(([a, b]) => ({ from: `${a}`, to: `${b}` })),
        });
        for (const [i, a] of factors.entries()) {
          expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height).toBe(
            true,
          );
          for (const b of factors.slice(i + 1)) {
            const isBeside = a.x + a.width <= b.x || b.x + b.width <= a.x;
            expect(isBeside || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true);
          }
        }
      },
    ),
    { numRuns: 100 },
  );
});

test("Mermaid's own signs in a text do no harm", () => {
  const text = 'say "stop" & <go>`';
  expect(mermaidOf({ factors: [factor("a", text)], links: [] })).toBe(
    'flowchart TD\n  na["say #quot;stop#quot; #amp; #lt;go#gt;\'"]',
  );
});
