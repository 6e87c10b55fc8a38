import { Duration } from "#kernel";
import * as z from "zod";
import type { RoomPicture, RoomRules } from "./workers/contract.ts";
import { EventConfig } from "./schedule.ts";

const hostPattern = String.raw`(\*\.)?[a-z0-9.-]+`;
const Place = z
  .string()
  .regex(
    new RegExp(`^(\\*|${hostPattern}(,${hostPattern})*)?/`, "i"),
    'Write a path such as "/checkout", or with its host: "shop.example/checkout"',
  );
const Network = z
  .string()
  .regex(/^[0-9a-f.:]+(\/\d{1,3})?$/i, 'Write an address or a range such as "10.0.0.0/8"');
const Colour = z
  .string()
  .regex(/^(#[0-9a-f]{3,8}|[a-z]+)$/i, 'Write a colour such as "#1f6f54" or "teal"');
const Line = z.string().min(1).max(400);

const PageConfig = z
  .object({
    title: Line.optional().describe("The heading; in the visitor's language when absent."),
    text: Line.optional().describe("What the page says below it."),
    logo: z
      .string()
      .regex(/^(https:\/\/[^\s"<>]+|\/[^\s"<>]*)$/, "Write a path or an https address")
      .optional()
      .describe("A picture above the heading; its path need not queue."),
    accent: Colour.optional().describe("The colour of lines and links."),
    background: Colour.optional().describe("The page's colour, in light and dark."),
    ink: Colour.optional().describe("The text's colour, in light and dark."),
    template: z
      .string()
      .min(1)
      .optional()
      .describe(
        "An HTML file of your own, seen from the configuration file; {{title}}, {{text}}, {{wait}} and others stand for what is filled in.",
      ),
  })
  .strict();

const minuteMs = 60_000;

export const RoomConfig = z
  .object({
    routes: z
      .array(Place)
      .min(1)
      .describe(
        'What is behind the room: paths, or hosts with paths, such as "shop.example/checkout". The id of a gateway route is one.',
      ),
    activeMax: z.number().int().min(1).max(200_000).describe("So many people are in at a time."),
    newPerMinute: z.number().int().min(1).describe("So many new people come in within any minute."),
    session: Duration.prefault("5m").describe(
      "How long somebody stays in after their last request, at least half of it.",
    ),
    order: z
      .enum(["fifo", "random"])
      .default("fifo")
      .describe("Who came in an earlier window gets in first, or by lot."),
    window: Duration.prefault("1m").describe(
      "How finely `newPerMinute` is held (with 10s, a sixth of it within any ten seconds), and who counts as having come together.",
    ),
    poll: Duration.prefault("20s").describe(
      "How often the waiting page asks, a tenth more or less.",
    ),
    patience: Duration.prefault("2m").describe(
      "How long somebody who asks no more counts as waiting, and a place is kept for them; browsers ask for hidden tabs once a minute.",
    ),
    waitingMax: z
      .number()
      .int()
      .min(1)
      .max(500_000)
      .default(200_000)
      .describe("So many people may wait."),
    open: z
      .enum(["when-full", "always", "manual"])
      .default("when-full")
      .describe(
        "`when-full`: everybody passes until a number is reached. `always`: everybody queues first. `manual`: everybody passes until somebody opens the room or an event begins.",
      ),
    holds: z
      .enum(["what-is-asked-of-the-service", "everything"])
      .default("what-is-asked-of-the-service")
      .describe("`everything`: also what is cached is only for those who are in."),
    bypass: z
      .object({
        paths: z
          .array(z.string().regex(/^[/*]/, 'A pattern starts with "/" or "*"'))
          .default(["/robots.txt", "/favicon.ico", "/.well-known/**"])
          .describe('What need not queue: patterns such as "/assets/**" or "**/*.css".'),
        addresses: z.array(Network).default([]).describe("Who need not queue."),
      })
      .strict()
      .prefault({}),
    status: z
      .union([z.literal(200), z.literal(202), z.literal(429), z.literal(503)])
      .default(200)
      .describe("The status of the waiting page."),
    cookieDomain: z
      .string()
      .regex(new RegExp(`^${hostPattern}$`, "i"))
      .optional()
      .describe("For a room before several hosts of one domain, so that people queue once."),
    page: PageConfig.prefault({}),
    events: z
      .array(EventConfig)
      .max(20)
      .default([])
      .describe("When many will come at once: people are gathered before, and shuffled."),
  })
  .strict()
  .superRefine((room, context) => {
    for (const [path, message] of mistakesOf(room))
      context.addIssue({ code: "custom", path: [path], message });
  });
export type RoomConfig = z.infer<typeof RoomConfig>;

function mistakesOf(room: {
  newPerMinute: number;
  window: number;
  poll: number;
  patience: number;
  session: number;
}): [path: string, message: string][] {
  const mistakes: [string, string][] = [];
  if ((room.newPerMinute * room.window) / minuteMs < 1)
    mistakes.push(["window", "Nobody would get in within a window: make it longer"]);
  if (room.window < 1_000 || room.window > minuteMs)
    mistakes.push(["window", "A window lasts between a second and a minute"]);
  if (room.poll < 1_000) mistakes.push(["poll", "Ask at most once a second"]);
  if (room.patience < 2 * room.poll) mistakes.push(["patience", "Make it at least twice `poll`"]);
  if (room.session < 1_000) mistakes.push(["session", "A session lasts at least a second"]);
  return mistakes;
}

export const Config = z
  .object({
    rooms: z
      .record(
        z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'A name has small letters, digits and "-"'),
        RoomConfig,
      )
      .default({})
      .describe(
        "Waiting rooms by name. A request falls under the first room that one of its places covers.",
      ),
  })
  .strict();
export type Config = z.infer<typeof Config>;

const placeOf = (text: string): RoomPicture["places"][number] => {
  const slash = text.indexOf("/");
  const hosts = text.slice(0, slash).toLowerCase().split(",");
  return {
    hosts: hosts.filter((host) => host !== "" && host !== "*"),
    pathPrefix: text.slice(slash),
  };
};

/** The longest time between two questions of somebody who waits. */
const refreshMsMaxOf = (pollMs: number): number => Math.ceil(pollMs * 1.1) + 1_000;

export const rulesOf = (room: RoomConfig): RoomRules => ({
  ...{ activeMax: room.activeMax, newPerMinute: room.newPerMinute, windowMs: room.window },
  ...{ order: room.order, sessionMs: room.session, patienceMs: room.patience },
  ...{ refreshMsMax: refreshMsMaxOf(room.poll), waitingMax: room.waitingMax },
});

const resting = { "when-full": "when-full", always: "everyone", manual: "off" } as const;
/** What a room does when nobody has said otherwise and no event is on. */
export const restingMode = (room: RoomConfig): (typeof resting)[RoomConfig["open"]] =>
  resting[room.open];

/** A room for the workers, as it is configured; files are seen from `folder`. */
export function pictureOf(id: string, room: RoomConfig, folder: string): RoomPicture {
  const { logo, template, ...page } = room.page;
  const seen = template?.startsWith("/") === true ? template : `${folder}/${template}`;
  const ownLogo = logo?.startsWith("/") === true ? [logo] : [];
  return {
    ...{ id, places: room.routes.map(placeOf), rules: rulesOf(room), mode: restingMode(room) },
    ...{ refreshMs: room.poll, holdsEverything: room.holds === "everything", status: room.status },
    bypass: { paths: [...room.bypass.paths, ...ownLogo], addresses: room.bypass.addresses },
    ...(room.cookieDomain === undefined ? {} : { cookieDomain: room.cookieDomain }),
    page: {
      ...page,
      ...(logo === undefined ? {} : { logo }),
      ...(template === undefined ? {} : { template: seen }),
    },
  };
}
