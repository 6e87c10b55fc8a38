import type { Millis } from "#kernel";
import type { GroupTold } from "../contract/group.ts";

/** What a look at a group gave. */
export type Notice = { kind: "opened" | "changed" | "closed"; told: GroupTold; at: Millis };
