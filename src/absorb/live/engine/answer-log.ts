import { blockingSyncMsMax, type Disk, measureSyncMs } from "./disk.ts";
import { groupRecordsMax, groupWords, headWords, sealGroup } from "./group.ts";
import { type AnswerRecord, recordWords, writeRecord } from "./record.ts";

const wordsMax = groupWords(groupRecordsMax);
const syncWeight = 0.05;

const isNoRoom = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");

/**
 * The write-ahead log of a segment with group commit: what was added is durable once the group it went into is. At most
 * one group is on its way; the next one gathers meanwhile, so a slow disk makes groups larger and not the wait longer.
 */
export class AnswerLog {
  /** The group that gathers now. */
  gathering: number;
  /** All groups up to this one are durable. */
  durable: number;
  /** Why nothing is made durable any more. What a disk holds after a failed sync is unknown, so there is no second try. */
  failed: Error | undefined;
  /** It failed because there was no room, before anything was asked of the disk that it might have lost. */
  hadNoRoom = false;
  /** A running mean, in milliseconds. */
  syncMs: number;
  /** The same as it was found before the first answer. */
  readonly syncMsAtStart: number;
  /** How often, and for how many milliseconds in all, somebody waited for the disk. */
  syncs = { count: 0, tookMs: 0 };
  private readonly words = new Uint32Array(wordsMax);
  private records = 0;
  private isSyncing = false;

  private disk: Disk;
  private readonly end: { bytes: number; sequence: number };
  private readonly settled: () => void;

  constructor(disk: Disk, end: { bytes: number; sequence: number }, settled: () => void) {
    this.disk = disk;
    this.end = end;
    this.settled = settled;
    this.durable = end.sequence;
    this.gathering = end.sequence + 1;
    this.syncMsAtStart = measureSyncMs(disk, end.bytes);
    this.syncMs = this.syncMsAtStart;
  }

  get pending(): number {
    return this.records;
  }

  get bytes(): number {
    return this.end.bytes;
  }

  /** A full group must be committed first: see `isFull`. */
  add(record: AnswerRecord): void {
    writeRecord(this.words, headWords + this.records * recordWords, record);
    this.records++;
  }

  get isFull(): boolean {
    return this.records === groupRecordsMax;
  }

  /** Makes what has gathered durable: at once on a fast disk, beside the event loop on a slow one. */
  commit(): void {
    if (this.failed || this.isSyncing || this.records === 0) return;
    if (this.syncMs > blockingSyncMsMax) this.commitBeside();
    else this.commitNow();
  }

  /** Makes all durable before it returns. */
  commitNow(): void {
    if (this.failed || (this.records === 0 && !this.isSyncing)) return;
    try {
      // A group is written only when the one before it is durable: so at most the last one of a log can be torn.
      if (this.isSyncing) this.disk.sync();
      if (this.records > 0) this.write();
      const began = performance.now();
      this.disk.sync();
      this.learn(performance.now() - began);
    } catch (error) {
      return this.fail(error);
    }
    this.durable = this.gathering - 1;
    this.settled();
  }

  private commitBeside(): void {
    try {
      this.write();
    } catch (error) {
      return this.fail(error);
    }
    const written = this.gathering - 1;
    const began = performance.now();
    this.isSyncing = true;
    this.disk.syncBeside((error) => {
      this.isSyncing = false;
      // A sync that did not wait for this one may have covered it.
      if (error && written > this.durable) return this.fail(error);
      this.learn(performance.now() - began);
      this.durable = Math.max(this.durable, written);
      this.settled();
      this.commit();
    });
  }

  private write(): void {
    const { words, records } = this;
    sealGroup(words, this.gathering, records);
    const length = groupWords(records) * 4;
    try {
      this.disk.write(new Uint8Array(words.buffer, 0, length), this.end.bytes);
    } catch (error) {
      this.hadNoRoom = isNoRoom(error);
      throw error;
    }
    this.end.bytes += length;
    this.end.sequence = this.gathering++;
    this.records = 0;
  }

  private learn(tookMs: number): void {
    this.syncs.count++;
    this.syncs.tookMs += tookMs;
    this.syncMs += (tookMs - this.syncMs) * syncWeight;
  }

  private fail(error: unknown): void {
    // A sync that fails after a write that had no room: what the disk holds is unknown all the same.
    if (this.failed) this.hadNoRoom = false;
    this.failed = error instanceof Error ? error : new Error(String(error));
    this.settled();
  }

  /** Goes on in a new segment. Everything must be durable. */
  moveTo(disk: Disk): void {
    this.disk.close();
    this.disk = disk;
    this.end.bytes = 0;
  }

  close(): void {
    this.disk.close();
  }
}
