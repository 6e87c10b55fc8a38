/** True when a topic is the pattern, or begins with it where it ends in `*`. */
export const matches = (pattern: string, topic: string): boolean =>
  pattern.endsWith("*") ? topic.startsWith(pattern.slice(0, -1)) : pattern === topic;

/** Listeners by pattern: exact topics are looked up, prefixes are tried. */
export class ByPattern<T> {
  readonly #exact = new Map<string, Set<T>>();
  readonly #prefixes = new Map<string, Set<T>>();

  /** True when this pattern was not listened to before. */
  add(pattern: string, listener: T): boolean {
    const table = this.#table(pattern);
    const there = table.get(pattern);
    if (there === undefined) table.set(pattern, new Set([listener]));
    else there.add(listener);
    return there === undefined;
  }

  /** True when nobody listens to this pattern any more. */
  remove(pattern: string, listener: T): boolean {
    const table = this.#table(pattern);
    const there = table.get(pattern);
    if (there?.delete(listener) !== true || there.size > 0) return false;
    return table.delete(pattern);
  }

  /** Everyone who hears a topic, once per pattern that matches. */
  *hearing(topic: string): Generator<T> {
    yield* this.#exact.get(topic) ?? [];
    for (const [pattern, listeners] of this.#prefixes)
      if (matches(pattern, topic)) yield* listeners;
  }

  patterns(): string[] {
    return [...this.#exact.keys(), ...this.#prefixes.keys()];
  }

  #table(pattern: string): Map<string, Set<T>> {
    return pattern.endsWith("*") ? this.#prefixes : this.#exact;
  }
}
