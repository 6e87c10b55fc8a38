import { counter, event, order, problem, query, sensitive } from "#kernel/contract";
import * as z from "zod";

const urgencies = ["low", "normal", "high"] as const;

/** One thing that somebody is told on all of their devices. */
export const Note = z
  .object({
    id: z.string().min(1).max(200).describe("The same when it is sent again; receipts name it."),
    account: z.string().min(1).max(254).describe("Whose devices: an account's id or its e-mail."),
    title: z.string().min(1).max(1_000),
    body: z.string().max(10_000).default(""),
    url: z.string().max(400).optional().describe("What opens when it is tapped."),
    thread: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe("A later one of the same thread takes the place of an earlier one."),
    urgency: z.enum(urgencies).default("normal"),
    isSilent: z.boolean().default(false).describe("Without sound; it does not stay on screen."),
    isCanary: z
      .boolean()
      .default(false)
      .describe("Proves the way and vanishes as soon as it was shown."),
    ttlSeconds: z
      .number()
      .int()
      .min(0)
      .max(2_419_200)
      .default(3_600)
      .describe("Not after so long."),
    actions: z
      .array(
        z
          .object({
            title: z.string().min(1).max(60),
            url: z.string().max(400).describe("Signed; a POST there does it."),
          })
          .strict(),
      )
      .max(3)
      .default([]),
  })
  .strict();
export type Note = z.infer<typeof Note>;

/** What a device is told; the console's service worker reads it. `receipt` proves that it came here. */
export type Payload = Pick<Note, "id" | "title" | "body" | "actions" | "urgency"> & {
  url?: string;
  thread?: string;
  isSilent?: true;
  isCanary?: true;
  device: string;
  receipt: string;
};

/** Makes the keys if there are none yet; `publicKey` tells the public one. */
export const prepare = order<Record<string, never>>("push.prepare");
export const publicKey = query(
  "push.public-key",
  z.object({}),
  z.object({ publicKey: z.string().nullable() }),
  { about: "The public key that browsers subscribe for (VAPID); null until it was made." },
);
/** A note for a browser that belongs to nobody here, such as a reader's. */
export const ToBrowser = Note.omit({ account: true, actions: true, isCanary: true }).extend({
  subscription: z.string().max(4_000).describe("What the browser gave, as JSON."),
});
/** Tells one browser; refused with `isGone` where its push service does not know it any longer. */
export const tell = order<z.input<typeof ToBrowser>>("push.tell");

/** Tells somebody on their devices; done once one push service took it, refused when none did. */
export const send = order<z.input<typeof Note>>("push.send");

const ofPerson = ({ person }: { person: string }): string => person;
/** A browser may be told things. Its subscription is a key to it, so the log keeps it sealed. */
export const deviceAdded = event(
  "push.device-added",
  z.object({
    device: z.string(),
    person: z.string(),
    name: z.string(),
    service: z.string(),
    digest: z.string(),
    subscription: sensitive(),
  }),
  { says: ({ name }) => `${name} may be told of pages`, subject: ofPerson },
);
export const deviceRemoved = event(
  "push.device-removed",
  z.object({
    device: z.string(),
    why: z.enum(["asked", "gone", "moved", "person-left"]),
  }),
  {
    says: ({ why }) =>
      why === "gone"
        ? "A device is told no more: its push service does not know it any longer"
        : "A device is told no more",
  },
);
/** What Castor proves itself to push services with (VAPID, RFC 8292), and signs receipts with. */
export const keysMade = event(
  "push.keys-made",
  z.object({ publicKey: z.string(), privateKey: sensitive(), receiptKey: sensitive() }),
  { says: () => "Keys for telling devices were made", subject: () => "push.keys" },
);
/** A device said that it showed a note, or that somebody tapped it. */
export const shown = event(
  "push.shown",
  z.object({ id: z.string(), device: z.string(), what: z.enum(["shown", "tapped"]) }),
  {
    says: ({ what }) =>
      `A device ${what === "shown" ? "showed" : "heard a tap on"} what it was told`,
  },
);

export const noDevice = problem("push.no-device", 409, "Nobody's device to tell");
export const notDelivered = problem("push.not-delivered", 502, "No push service took it");
export const unknownService = problem(
  "push.unknown-service",
  422,
  "This push service is not trusted",
);
export const badSubscription = problem("push.bad-subscription", 422, "This is no subscription");
export const tooManyDevices = problem("push.too-many-devices", 409, "There are too many devices");
export const unknownDevice = problem("push.unknown-device", 404, "There is no such device");
export const notAPerson = problem("push.not-a-person", 403, "Only people have devices");

/** Notes by what became of them at a push service: `accepted`, `gone`, `failed`. */
export const notes = counter("push.notes", "sum", ["service", "outcome"], "notes");

export const devices = query(
  "push.devices",
  z.object({ account: z.string().optional() }),
  z.object({
    devices: z.array(
      z.object({
        device: z.string(),
        person: z.string(),
        name: z.string(),
        service: z.string(),
        addedAt: z.number(),
        /** When it last said that it showed something. */
        shownAt: z.number().nullable(),
      }),
    ),
  }),
  { about: "Browsers that may be told things: whose, since when, and when each last showed one." },
);
