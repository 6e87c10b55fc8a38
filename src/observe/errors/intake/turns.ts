type Waiting = (() => void)[];

/**
 * Lets so many work at once, and projects in turn: who sends a flood waits behind itself, and who sends one event now and then waits
 * for no more than one of each other project.
 */
export class Turns {
  readonly #atOnceMax: number;
  #atWork = 0;
  /** In the order in which the projects come next. */
  readonly #waiting = new Map<number, Waiting>();

  constructor(atOnceMax: number) {
    this.#atOnceMax = atOnceMax;
  }

  async take<T>(project: number, work: () => Promise<T>): Promise<T> {
    if (this.#atWork < this.#atOnceMax) this.#atWork++;
    // Whoever ends hands its place on.
    else await new Promise<void>((go) => this.#queue(project).push(go));
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  #queue(project: number): Waiting {
    let queue = this.#waiting.get(project);
    if (!queue) this.#waiting.set(project, (queue = []));
    return queue;
  }

  #next(): void {
    const [first] = this.#waiting;
    if (!first) return void this.#atWork--;
    const [project, queue] = first;
    this.#waiting.delete(project);
    const go = queue.shift();
    if (queue.length > 0) this.#waiting.set(project, queue);
    go?.();
  }
}
