import { type Position, type Read, view } from "#kernel";
import * as z from "zod";
import { ChannelTo } from "../adapters/all.ts";
import type { Config } from "../config.ts";
import { channelsChosen } from "../contract.ts";

/** Where in the log each person's own choice lies; the choice itself is sealed there. */
type Chosen = Readonly<Record<string, Position>>;

export const chosenView = view<Chosen, typeof channelsChosen>("paging.chosen", {
  from: [channelsChosen],
  empty: () => ({}),
  apply: (known, { event, position }) => {
    const { [event.data.person]: _, ...others } = known;
    return event.data.channels === null ? others : { ...others, [event.data.person]: position };
  },
});

export const channelsMax = 10;
const Channels = z.array(ChannelTo).min(1).max(channelsMax);

type Reader = Pick<Read<Config>, "config" | "view" | "log">;
const known = new WeakMap<Config, { chosen: Chosen; now: Config }>();

/** The configuration as it holds now: what somebody chose themselves stands in the place of their channels in the file. */
export function configNow({ config, view: viewed, log }: Reader): Config {
  const chosen = viewed(chosenView);
  const made = known.get(config);
  if (made?.chosen === chosen) return made.now;
  const people = Object.entries(config.people).map(([person, of]) => {
    const position = chosen[person];
    const channels = position === undefined ? undefined : channelsAt(log, position);
    return [person, channels ? { ...of, channels } : of] as const;
  });
  const now = { ...config, people: Object.fromEntries(people) };
  known.set(config, { chosen, now });
  return now;
}

/** Undefined where it was erased, or is nothing that this version understands: then the file holds. */
function channelsAt(log: Reader["log"], position: Position): z.infer<typeof Channels> | undefined {
  const data = log.at(position)?.event.data as { channels?: unknown } | undefined;
  if (typeof data?.channels !== "string") return undefined;
  try {
    return Channels.safeParse(JSON.parse(data.channels)).data;
  } catch {
    return undefined;
  }
}
