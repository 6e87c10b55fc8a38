import { event, problem, sensitive } from "#kernel/contract";
import * as z from "zod";

/** A person said how they are called. Where it leads is a key to their devices, so the log keeps it sealed. */
export const channelsChosen = event(
  "paging.channels-chosen",
  z.object({
    person: z.string(),
    /** Whose key seals it: their account, where they have one, so that erasing it erases this. */
    subject: z.string(),
    /** What they are called, the first first. */
    names: z.array(z.string()),
    /** All of them as JSON. Null: as the configuration says. */
    channels: sensitive().nullable(),
  }),
  {
    says: ({ person, names, channels }) =>
      channels === null
        ? `${person} is called as the configuration says`
        : `${person} is called over ${names.join(", ")}`,
    subject: ({ subject }) => subject,
  },
);

export const channelRefused = problem("paging.channel-refused", 422, "The channel cannot be so");
export const unknownChannel = problem("paging.unknown-channel", 404, "There is no such channel");
export const notYours = problem("paging.not-yours", 403, "This is somebody else's");
