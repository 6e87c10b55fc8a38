import type { Millis } from "#kernel";
import type { GroupTold } from "../contract/group.ts";

/** What a look at a group gave. */
export type Notice = {
  /** Of the fact: a notice that was found twice is one. */
  id: string;
  kind: "opened" | "changed" | "closed";
  told: GroupTold;
  at: Millis;
};
