import { type Action, action, type Auth, type Effects, isRefusal, type Refusal } from "#kernel";
import { Duration } from "#kernel/contract";
import * as z from "zod";
import { list } from "../../../platform/people/contract.ts";
import { ChannelTo } from "../adapters/all.ts";
import { urgencies } from "../channel/where.ts";
import { lacks } from "../checks.ts";
import { channelName, type Config, type PersonConfig } from "../config.ts";
import {
  channelRefused,
  channelsChosen,
  notYours,
  unknownChannel,
  unknownPerson,
} from "../contract.ts";
import { turnsOf } from "../escalation/desk.ts";
import { ownName } from "../people.ts";
import { channelsMax, configNow } from "./chosen.ts";
import { isKnownPlace } from "./places.ts";

type Channels = PersonConfig["channels"];
type Asked = { person?: string | undefined };

const isAdmin = (fx: Effects<Config>): boolean =>
  fx.actor.kind === "system" || fx.equipment<Auth>("auth").roleOf(fx.actor) === "admin";

/** The account's key seals what leads to a person, so that erasing the account erases it. */
async function subjectOf(fx: Effects<Config>, person: string): Promise<string> {
  const account = fx.config.people[person]?.account?.toLowerCase();
  if (account === undefined) return `paging.${person}`;
  const { people } = await fx.ask(list, {});
  return people.find(({ email }) => email.toLowerCase() === account)?.id ?? `paging.${person}`;
}

/** As it is written in a file: what was read can be read again. */
const written = (each: Channels[number]): object => ({ ...each, after: `${each.after}ms` });

/** Changes how somebody is called: one's own, or anybody's for an admin. One change at a time for each person. */
async function choose(
  fx: Effects<Config>,
  asked: Asked,
  change: (channels: Channels) => Channels | Refusal | null,
): Promise<{ channels: string[] } | Refusal> {
  const own = await ownName(fx);
  const person = asked.person ?? own;
  if (person === undefined)
    return unknownPerson("No name under `paging.people` has your account; or say whose.");
  if (person !== own && !isAdmin(fx)) return notYours(`You are ${own ?? "nobody here"}.`);
  return await turnsOf(fx).take(`channels ${person}`, async () => {
    const known = configNow(fx).people[person];
    if (!known)
      return unknownPerson(`There are: ${Object.keys(fx.config.people).join(", ") || "none"}.`);
    const next = change(known.channels);
    if (isRefusal(next)) return next;
    const names = (next ?? []).map(channelName);
    const channels = next === null ? null : JSON.stringify(next.map(written));
    const subject = await subjectOf(fx, person);
    await fx.record(`people/${person}`, [channelsChosen({ person, subject, names, channels })]);
    return { channels: configNow(fx).people[person]?.channels.map(channelName) ?? [] };
  });
}

const Person = z.string().min(1).max(60).optional().describe("Whose; yours when absent.");
const Name = z.string().min(1).max(60).describe("Which one, as `castor page people` shows it.");
const Done = z.object({ channels: z.array(z.string()) });
const allow = "responder";

/** Changes one that is there. */
const onOne =
  (name: string, change: (at: number, all: Channels) => Channels | Refusal) =>
  (all: Channels): Channels | Refusal => {
    const at = all.findIndex((each) => channelName(each) === name);
    if (at >= 0) return change(at, all);
    return unknownChannel(`There are: ${all.map(channelName).join(", ")}.`);
  };

const add = action("paging.add-channel", {
  about: "One more way to call you, after the others.",
  allow,
  input: z
    .object({
      person: Person,
      channel: ChannelTo.describe("As it would stand in the configuration."),
    })
    .strict(),
  output: Done,
  act: ({ channel, ...of }, fx: Effects<Config>) =>
    choose(fx, of, (all) => {
      const now = configNow(fx);
      const lack = lacks(channel, now);
      if (lack) return channelRefused(`${lack.what}. ${lack.fix}`);
      if (!isKnownPlace(channel, fx.config) && !isAdmin(fx))
        return channelRefused(
          "Only an admin adds an address of their own: Castor would write to whatever it names.",
        );
      if (all.length >= channelsMax) return channelRefused(`${channelsMax} at most.`);
      if (all.some((each) => channelName(each) === channelName(channel)))
        return channelRefused(
          `There is one called ${channelName(channel)} already; give this one another name.`,
        );
      return [...all, channel];
    }),
});

const change = action("paging.change-channel", {
  about: "When a channel of yours is used, and for what.",
  allow,
  input: z
    .object({
      ...{ person: Person, channel: Name },
      after: Duration.optional().describe("Waits so long after the call began."),
      urgencies: z.array(z.enum(urgencies)).min(1).optional().describe("high, low or both."),
      place: z.number().int().min(1).max(channelsMax).optional().describe("1 is the first."),
    })
    .strict(),
  output: Done,
  act: ({ channel, after, urgencies: used, place, ...of }, fx: Effects<Config>) =>
    choose(
      fx,
      of,
      onOne(channel, (at, all) => {
        const [one] = all.slice(at, at + 1);
        if (!one) return all;
        const next = {
          ...one,
          ...(after === undefined ? {} : { after }),
          ...(used === undefined ? {} : { urgencies: used }),
        };
        return place === undefined
          ? all.with(at, next)
          : all.toSpliced(at, 1).toSpliced(place - 1, 0, next);
      }),
    ),
});

const remove = action("paging.remove-channel", {
  about: "You are not called over it any more.",
  destroys: { nothing: "Another channel stays, and it can be added again." },
  allow,
  input: z.object({ person: Person, channel: Name }).strict(),
  output: Done,
  act: ({ channel, ...of }, fx: Effects<Config>) =>
    choose(
      fx,
      of,
      onOne(channel, (at, all) =>
        all.length > 1
          ? all.toSpliced(at, 1)
          : channelRefused("Nobody could call you any more; add another one first."),
      ),
    ),
});

const reset = action("paging.reset-channels", {
  about: "You are called as the configuration says.",
  allow,
  input: z.object({ person: Person }).strict(),
  output: Done,
  act: (of, fx: Effects<Config>) => choose(fx, of, () => null),
});

export const channelVerbs: readonly Action[] = [add, change, remove, reset];
