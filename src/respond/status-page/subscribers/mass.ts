import { openedStore, type Read } from "#kernel";
import { board } from "../board.ts";
import type { Config } from "../config.ts";
import type { PublicIncident, Words } from "../contract.ts";
import { said } from "../render/words.ts";
import { countsOf } from "./roster.ts";
import { subscribersStore } from "./store.ts";

type Said = string | Words;
const what = "The trust of everybody who is told: mass mail cannot be taken back.";
const text = (words: Said): string => (typeof words === "string" ? words : said(words, []));

/** Are there so many subscribers that news for everybody is mass mail? */
function isMass(read: Read<Config>): boolean {
  const tables = openedStore(read, subscribersStore)?.tables;
  const confirmed = (tables ? countsOf(tables) : [])
    .filter(({ state }) => state === "confirmed")
    .reduce((sum, { count }) => sum + count, 0);
  return confirmed > read.config.subscribe.massAbove;
}

type Post = {
  thread?: string | undefined;
  incident?: string | undefined;
  stage?: string;
  title?: Said | undefined;
  text: Said;
  audience?: string;
};

/** The thread that a post goes on with: the one it names, or the open one of its incident. */
function threadOf(
  { thread, incident, stage }: Post,
  read: Read<Config>,
): PublicIncident | undefined {
  const { incidents } = read.view(board);
  if (thread !== undefined) return incidents.find((each) => each.thread === thread);
  const found = incidents.findLast((each) => incident !== undefined && each.incident === incident);
  return found?.resolvedAt === null || stage === "postmortem" ? found : undefined;
}

/** Opens a thread, or goes on with one. A thread that is not on the page is one of tests: nobody is told of it. */
export const massPost = {
  what,
  name(input: Post, read: Read<Config>): string | undefined {
    if (input.audience === "test") return undefined;
    const known = threadOf(input, read);
    if (input.thread !== undefined && !known) return undefined;
    return isMass(read) ? text(input.title ?? known?.title ?? input.text) : undefined;
  },
};

export const massPlan = {
  what,
  name: (input: { title: Said; audience?: string }, read: Read<Config>): string | undefined =>
    input.audience !== "test" && isMass(read) ? text(input.title) : undefined,
};

export const massMove = {
  what,
  name(input: { thread: string }, read: Read<Config>): string | undefined {
    const known = read.view(board).maintenances.find(({ thread }) => thread === input.thread);
    return known && isMass(read) ? text(known.title) : undefined;
  },
};
