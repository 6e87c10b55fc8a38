import { type Position, type Read, view } from "#kernel";
import * as z from "zod";
import { erased } from "../../../platform/privacy/contract.ts";
import { ChannelTo } from "../adapters/all.ts";
import type { Config } from "../config.ts";
import { channelsChosen } from "../contract.ts";

/** Where in the log each person's own choice lies, and whose key seals it there. */
type Chosen = Readonly<Record<string, { position: Position; subject: string }>>;

export const chosenView = view<Chosen, typeof channelsChosen | typeof erased>("paging.chosen", {
  version: 2,
  from: [channelsChosen, erased],
  empty: () => ({}),
  apply: (known, { event, position }) => {
    if (event.type === "privacy.erased") return without(known, event.data.subject);
    const { [event.data.person]: _, ...others } = known;
    const { person, subject, channels } = event.data;
    return channels === null ? others : { ...others, [person]: { position, subject } };
  },
});

/** Always another object where somebody goes: what was opened for the old one is used no more. */
function without(known: Chosen, erasedSubject: string): Chosen {
  const all = Object.entries(known);
  const kept = all.filter(([, { subject }]) => subject !== erasedSubject);
  return kept.length === all.length ? known : Object.fromEntries(kept);
}

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
    const own = chosen[person];
    const channels = own && channelsAt(log, own.position);
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
