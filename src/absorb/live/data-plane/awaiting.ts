type Waiting = { group: number; resolve: () => void; reject: (why: Error) => void };

/** Those who wait until a group of answers is durable. */
export class Awaiting {
  private waiting: Waiting[] = [];

  /** Resolves when the group is durable; fails when it never will be. */
  until(group: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.waiting.push({ group, resolve, reject });
    return promise;
  }

  settle({ durable, failed }: { durable: number; failed: Error | undefined }): void {
    if (this.waiting.length === 0) return;
    const { waiting } = this;
    this.waiting = waiting.filter(({ group }) => group > durable && !failed);
    for (const { group, resolve, reject } of waiting)
      if (group <= durable) resolve();
      else if (failed) reject(failed);
  }
}
