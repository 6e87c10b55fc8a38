import {
  action,
  type Action,
  answer,
  type Answer,
  command,
  type Command,
  type Effects,
  type EventOf,
  GivenName,
  icalOf,
  type Read,
  type Refusal,
  route,
  type Route,
  view,
  type View,
} from "#kernel";
import * as z from "zod";
import type { Config } from "../config.ts";
import { unknownTeam } from "../contract.ts";
import {
  feedMade,
  feeds as feedsQuery,
  feedWithdrawn,
  tooManyFeeds,
  unknownFeed,
} from "../contract/feed.ts";
import { decided } from "../decided.ts";
import { entriesOf } from "./shifts.ts";

const feedsMax = 1_000;
const secretBytes = 32;
const maxAgeSeconds = 300;

type Feed = EventOf<typeof feedMade>["data"] & { madeAt: number };

export const feedsView: View<Record<string, Feed>> = view<
  Record<string, Feed>,
  typeof feedMade | typeof feedWithdrawn
>("on-call.feeds", {
  from: [feedMade, feedWithdrawn],
  empty: () => ({}),
  apply: (known, { event, at }) => {
    if (event.type === "on-call.feed-made") known[event.data.id] = { ...event.data, madeAt: at };
    else delete known[event.data.id];
    return known;
  },
});

/** An address has 256 bits of chance, so what is kept of it needs no salt, and looking it up by its digest tells nothing. */
const digestOf = (secret: string): string =>
  new Bun.CryptoHasher("sha256").update(secret).digest("hex");

const Make = z
  .object({
    team: z.string().optional().describe("All shifts of this team, and its gaps."),
    member: GivenName.optional().describe("The shifts of this person, in all teams."),
  })
  .strict()
  .refine(
    ({ team, member }) => (team === undefined) !== (member === undefined),
    "Name a team or a member",
  );

async function make(
  { team, member }: z.infer<typeof Make>,
  fx: Effects<Config>,
): Promise<{ id: string; path: string } | Refusal> {
  const teams = Object.keys(fx.config.teams);
  if (team !== undefined && !teams.includes(team))
    return unknownTeam(`There are: ${teams.join(", ") || "none"}.`);
  if (Object.keys(fx.view(feedsView)).length >= feedsMax)
    return tooManyFeeds(`At most ${feedsMax}; withdraw those that nobody reads.`);
  const secret = Buffer.from(fx.secret(secretBytes)).toString("base64url");
  const of = team === undefined ? { member } : { team };
  const id = fx.id();
  await fx.record(`feeds/${id}`, [feedMade({ id, ...of, digest: digestOf(secret) })]);
  return { id, path: `/api/on-call.calendar/${secret}.ics` };
}

export const makeFeed: Action = action("on-call.make-feed", {
  about: "Makes the secret address of a calendar of shifts (iCal); it is shown this once.",
  input: Make,
  output: z.object({
    id: z.string(),
    path: z.string().describe("Belongs behind the address of the console."),
  }),
  act: make,
  allow: "responder",
});

const WithdrawFeed = z.object({ id: z.string().min(1).max(100) }).strict();
export const withdrawFeed: Command = command("on-call.withdraw-feed", {
  about: "Withdraws the address of a calendar: whoever reads it gets nothing from now on.",
  input: WithdrawFeed,
  model: {
    initial: false,
    evolve: (_: boolean, { type }: EventOf<typeof feedMade> | EventOf<typeof feedWithdrawn>) =>
      type === "on-call.feed-made",
  },
  key: ({ id }) => `feeds/${id}`,
  decide: ({ id }, isThere) => (isThere ? [feedWithdrawn({ id })] : unknownFeed()),
  allow: "responder",
});

export const feedsAnswer: Answer = answer(feedsQuery, (read: Read<Config>) => ({
  feeds: Object.values(read.view(feedsView)).map(({ id, team, member, madeAt }) => ({
    ...{ id, madeAt },
    ...(team === undefined ? { member } : { team }),
  })),
}));

const secretIn = /^\/api\/on-call\.calendar\/([\w-]{43})\.ics$/;

/** Public as calendars are: whoever has the address may read it, and the address can be withdrawn. */
export const calendarRoute: Route = route("GET", "/api/on-call.calendar/:secret", {
  about: "A calendar of shifts (iCal), by its secret address.",
  allow: "public",
  serve: (request, fx: Effects<Config>) => {
    const [, secret = ""] = secretIn.exec(new URL(request.url).pathname) ?? [];
    const digest = digestOf(secret);
    const feed = Object.values(fx.view(feedsView)).find((each) => each.digest === digest);
    if (feed === undefined) return Promise.resolve(unknownFeed());
    const { team, member } = feed;
    const changedAt = Object.values(fx.view(decided)).flatMap(({ changedAt: at }) => at);
    const body = icalOf({
      name: member === undefined ? `On call: ${team ?? ""}` : `On call: ${member}`,
      madeAt: Math.max(feed.madeAt, ...changedAt),
      entries: entriesOf(fx, feed),
    });
    const headers = {
      "content-type": "text/calendar; charset=utf-8",
      "content-disposition": 'inline; filename="on-call.ics"',
      "cache-control": `private, max-age=${maxAgeSeconds}`,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    };
    return Promise.resolve(new Response(body, { headers }));
  },
});
