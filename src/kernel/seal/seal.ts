import type { Event, EventDef } from "../contract.ts";
import type { Recorded } from "../log/log.ts";

/** Encrypts what is marked `sensitive`, with one key per subject; dropping the key erases it everywhere at once. */
export interface Sealer {
  seal(def: EventDef, event: Event): Event;
  /** Puts plain text back, or `ERASED` where the subject's key is gone. */
  unseal(def: EventDef, recorded: Recorded): Recorded;
  /** Drops the subject's key for good; false if there was none. */
  erase(subject: string): boolean;
  close(): void;
}
