/** What came over a connection and was not yet made sense of. */
export class Inbox {
  bytes: Buffer | undefined = undefined;
  at = 0;

  get waiting(): number {
    return this.bytes === undefined ? 0 : this.bytes.length - this.at;
  }

  add(chunk: Buffer): void {
    this.bytes =
      this.bytes === undefined ? chunk : Buffer.concat([this.bytes.subarray(this.at), chunk]);
    this.at = 0;
  }

  /** Everything before `at` is done with. */
  consume(at: number): void {
    this.at = at;
    if (this.bytes !== undefined && at >= this.bytes.length) this.clear();
  }

  /** Forgets what is done with, so that what comes next is added behind the rest. True when offsets have moved. */
  rebase(): boolean {
    if (this.at === 0 || this.bytes === undefined) return false;
    this.bytes = this.bytes.subarray(this.at);
    this.at = 0;
    return true;
  }

  clear(): void {
    this.bytes = undefined;
    this.at = 0;
  }
}
