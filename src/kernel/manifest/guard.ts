import type { Actor, Refusal, Role } from "../contract.ts";
import type { Effects, Read } from "./effects.ts";

/**
 * What a verb destroys. Every verb whose name sounds like it declares itself, either way: what is lost, or why nothing is.
 */
export type Destroys<I, C = unknown> =
  | {
      /** What is lost, for whoever approves and for the list in the documentation. */
      what: string;
      /** What the thing is called, never a person's name: shown, and typed to confirm. Undefined where this input destroys nothing. */
      name(input: I, read: Read<C>, by: Actor): string | undefined;
      /** Who may approve it, where the verb itself asks for less of a role than this loss. */
      allow?: Role;
    }
  | { nothing: string };

/** A deed that destroys, as the guard sees it before it is done. */
export type Deed = {
  verb: string;
  kind: "command" | "action";
  allow: Role;
  what: string;
  name: string;
  /** As it was sent: to be sent again as it is. */
  input: unknown;
  by: Actor;
  /** What was typed to confirm it, if anything was. */
  confirm?: string;
};

/** Stands before all that destroys, whoever asks for it and by whichever way: refuses, or lets it be done. */
export type Guard = (deed: Deed, fx: Effects) => Promise<Refusal | undefined>;

/** What a guard held up and now lets be done, once: as whoever asked, because of the fact that allowed it. */
export type Release = {
  verb: string;
  input: unknown;
  by: Actor;
  cause: number;
  /** The same id again is the same envelopes. */
  id: string;
};
