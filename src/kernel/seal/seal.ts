import type * as z from "zod";
import { ERASED, type Event, HIDDEN } from "../contract.ts";
import { sensitiveFields } from "./sensitive.ts";

/** What sealing needs to know of an event's declaration; every EventDef is one. */
export type Sealable = {
  type: string;
  schema: z.ZodType;
  subject?: ((data: never) => string) | undefined;
};

/** Encrypts what is marked `sensitive`, with one key per subject; dropping the key erases it everywhere at once. */
export interface Sealer {
  /** The event itself when its schema marks nothing; throws when it does and the declaration names no subject. */
  seal<E extends Event>(def: Sealable, event: E): E;
  /** Puts plain text back, or `ERASED` where the subject's key is gone. */
  unseal<R extends { event: Event }>(def: Sealable, recorded: R): R;
  /** Drops the subject's key for good; false if there was none. */
  erase(subject: string): boolean;
  /** Has anything been sealed about this subject since it was last erased? */
  knows(subject: string): boolean;
  close(): void;
}

/** The event as anybody may see it: what is marked `sensitive` is not told, what was erased says so. */
export function withoutSensitive<E extends Event>({ schema }: Sealable, event: E): E {
  const walk = sensitiveFields(schema);
  const hide = (field: unknown): unknown => (field === ERASED ? field : HIDDEN);
  return walk ? { ...event, data: walk(event.data, hide) } : event;
}

/** Does the declaration mark anything sensitive? Then it has to name a subject. */
export const isSensitive = ({ schema }: Sealable): boolean => sensitiveFields(schema) !== undefined;
