/** So much read or answered leaves about ten times that behind in memory. */
const litterBytesMax = 4_000_000;

/**
 * What a burst leaves behind, which JavaScriptCore would keep for minutes. It is cleared when a moment is free: 20,000 alerts
 * leave 60 MB, and clearing takes 30 ms of a process for which nobody waits then.
 */
export class Litter {
  #bytes = 0;

  note(bytes: number): void {
    this.#bytes += bytes;
  }

  clear(): void {
    if (this.#bytes < litterBytesMax) return;
    this.#bytes = 0;
    Bun.gc(true);
  }
}
