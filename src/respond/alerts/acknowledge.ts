import { command, type EventOf, type Model } from "#kernel";
import * as z from "zod";
import { acknowledged, groupChanged, groupOpened, unknownGroup } from "./contract.ts";

/** Whether the thread was ever told, and whether somebody has seen to it since it interrupted people last. */
type Known = { isThere: boolean; isSeenTo: boolean };
type GroupEvent =
  EventOf<typeof groupOpened> | EventOf<typeof groupChanged> | EventOf<typeof acknowledged>;
const model: Model<Known, GroupEvent> = {
  initial: { isThere: false, isSeenTo: false },
  evolve: (known, event) => {
    if (event.type === "alerts.group-opened") return { isThere: true, isSeenTo: false };
    if (event.type === "alerts.acknowledged") return { ...known, isSeenTo: true };
    const isWorse = event.type === "alerts.group-changed" && event.data.why === "worse";
    return isWorse ? { ...known, isSeenTo: false } : known;
  },
};

export const acknowledgeCommand = command("alerts.acknowledge", {
  about: "Somebody sees to a group of alerts; who is called for it is called no more.",
  input: z
    .object({
      group: z.string().min(1).max(100).describe("The group's thread."),
      by: z.string().min(1).max(100).optional().describe("Who; you when absent."),
    })
    .strict(),
  model,
  key: ({ group }) => `groups/${group}`,
  decide: ({ group, by }, known, { actor }) => {
    if (!known.isThere) return unknownGroup(`Nothing was told under ${group}.`);
    if (known.isSeenTo) return [];
    return [acknowledged({ group, by: by ?? actor.name ?? actor.id, isPerson: true })];
  },
  allow: "responder",
});
