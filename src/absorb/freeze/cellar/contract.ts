import type { KeptForm } from "../contract.ts";

/** Where the bytes of snapshots lie, by their hash. */
export type Objects = {
  put(bytes: Uint8Array): Promise<string>;
  get(name: string): Promise<Uint8Array | undefined>;
  /** Takes away what is not named, unless it is quite new; says how many bytes that was. */
  sweep(keep: ReadonlySet<string>): Promise<number>;
};

/** Where forms wait. Every change is durable when the call returns. */
export type FormBox = {
  /** False when there is no room. */
  add(
    form: Omit<KeptForm, "state" | "status" | "tries"> & { sealed: Uint8Array },
    max: { count: number; bytes: number },
  ): boolean;
  list(service?: string): KeptForm[];
  /** The oldest that is not settled. `sending`: it may have arrived already. */
  next(service: string): (KeptForm & { sealed: Uint8Array }) | undefined;
  mark(receipt: string, as: { state: KeptForm["state"]; status: number | null; at: number }): void;
  /** Failed ones wait once more. */
  again(service: string): number;
  drop(service: string, receipt?: string): number;
  forgetBefore(at: number): number;
  close(): void;
};

/** What is sealed of a form. */
export type SealedForm = {
  method: string;
  /** Path and query. */
  target: string;
  host: string;
  proto: string;
  address: string;
  fields: [string, string][];
  /** base64 */
  body: string;
};

/** The machine's side of freezing, given to control as equipment `freeze`. */
export type Cellar = {
  objects: Objects;
  /** How far the snapshots are that are being taken now, by service. */
  progress: Map<string, { done: number; known: number }>;
  forms: FormBox;
  publicKeyOf(secret: Uint8Array): string;
  unseal(secret: Uint8Array, sealed: Uint8Array, about: string): Uint8Array;
};
