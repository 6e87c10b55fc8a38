/** A stretch of time, its end not included, in milliseconds. */
export type Span = { from: number; to: number };
/** A stretch with who has it. */
export type Held = Span & { member: string };

/** What of a span lies within another; undefined when nothing does. */
export function within(span: Span, bounds: Span): Span | undefined {
  const [from, to] = [Math.max(span.from, bounds.from), Math.min(span.to, bounds.to)];
  return from < to ? { from, to } : undefined;
}

/** What of `bounds` none of the spans has; they must be in order and must not overlap. */
export function gapsOf(spans: readonly Span[], bounds: Span): Span[] {
  const gaps: Span[] = [];
  let at = bounds.from;
  for (const { from, to } of spans) {
    if (from > at) gaps.push({ from: at, to: Math.min(from, bounds.to) });
    at = Math.max(at, to);
    if (at >= bounds.to) return gaps;
  }
  return at < bounds.to ? [...gaps, { from: at, to: bounds.to }] : gaps;
}

/** The first ones where they are, the others where nobody was yet; in order. */
export function beneath(first: readonly Held[], others: readonly Held[], bounds: Span): Held[] {
  const free = gapsOf(first, bounds);
  const filled = others.flatMap((held) =>
    free.flatMap((gap) => {
      const part = within(held, gap);
      return part === undefined ? [] : [{ ...held, ...part }];
    }),
  );
  return joined([...first, ...filled].toSorted((a, b) => a.from - b.from));
}

/** Neighbours of the same member are one stretch. */
export function joined(spans: readonly Held[]): Held[] {
  const found: Held[] = [];
  for (const span of spans) {
    const last = found.at(-1);
    if (last !== undefined && last.to === span.from && last.member === span.member)
      found[found.length - 1] = { ...last, to: span.to };
    else found.push(span);
  }
  return found;
}
