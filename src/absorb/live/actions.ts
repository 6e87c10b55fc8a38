import { type Action, action, Duration, type Effects, type Refusal } from "#kernel";
import * as z from "zod";
import type { Config } from "./config.ts";
import { keyTold, relayAdmitted } from "./contract/facts.ts";
import * as no from "./contract/problems.ts";
import { Rank } from "./contract/queries.ts";
import { groupCount, participantsMaxMax } from "./contract/shape.ts";
import { isRehearsal } from "./contract/show.ts";
import { OfRelay, OfShow } from "./decide.ts";
import { placeOf } from "./nodes-asked.ts";
import { links, notOpen } from "./links.ts";
import { addressOf, nodesOf, runNow } from "./picture.ts";
import { present } from "./present.ts";
import { questionOnAir, stateOf, stream } from "./show.ts";
import { groupFor, keyOf, participantToken, relayToken } from "./tokens.ts";

type Fx = Effects<Config>;
const togetherMax = 10_000;
const Token = z.object({ index: z.number(), token: z.string() });

const issue: Action = action("live.issue", {
  about: "Gives tokens to participants that the organiser's own backend knows by number.",
  input: OfShow.extend({
    participants: z
      .array(
        z
          .object({
            index: z.number().int().min(0).describe("Their number, from 0, each one once."),
            values: z.record(z.string(), z.string()).default({}),
          })
          .strict(),
      )
      .min(1)
      .max(togetherMax)
      .describe('Such as [{"index":0,"values":{"country":"FR"}}].'),
  }),
  output: z.object({ tokens: z.array(Token) }),
  act: async (
    { show, participants },
    fx: Fx,
  ): Promise<Refusal | { tokens: z.infer<typeof Token>[] }> => {
    const run = runNow(fx, show);
    if (run === undefined) return notOpen(show);
    // Two who give out the same numbers would let strangers share a voice.
    if (run.joining === "open")
      return no.joinedElsewhere(
        `${show} gives tokens at its door: set joining: backend to give them out yourself.`,
      );
    const key = keyOf(run);
    const tokens: z.infer<typeof Token>[] = [];
    for (const { index, values } of participants) {
      const group = groupFor(run, values);
      if (typeof group === "string") return no.unknownValue(`Participant ${index}: ${group}`);
      if (index >= run.shape.participantsMax)
        return no.unknownValue(
          `Participant ${index}: there are ${run.shape.participantsMax} at most.`,
        );
      tokens.push({
        index,
        token: participantToken(key, { run, index, group, nowMs: fx.now }),
      });
    }
    return { tokens };
  },
});

const backendKey: Action = action("live.backend-key", {
  about:
    "Tells the key with which the organiser's own backend signs tokens itself. The log says who asked.",
  input: OfShow,
  output: z.object({
    run: z.string(),
    key: z.string(),
    participantsMax: z.number(),
    groups: z.number(),
    nodes: z.array(
      z.object({
        ...{ node: z.number(), hostname: z.string(), port: z.number() },
        address: z.string().optional(),
      }),
    ),
  }),
  allow: "admin",
  act: async ({ show }, fx: Fx) => {
    const run = runNow(fx, show);
    if (run === undefined) return notOpen(show);
    // Whoever has a key of a rehearsal can make a crowd for it, and for nothing else.
    if (run.joining === "open" && !isRehearsal(show))
      return no.joinedElsewhere(
        `${show} gives tokens at its door: set joining: backend to sign them yourself.`,
      );
    await fx.record(stream, [keyTold({ show, at: fx.now })]);
    const { participantsMax } = run.shape;
    const groups = groupCount(run.shape);
    return {
      run: run.run,
      key: run.tokenKey,
      participantsMax,
      groups,
      nodes: nodesOf({ ...fx.config, nodes: run.nodes }),
    };
  },
});

const relayMsMax = 31 * 86_400_000;
/** Two relays with one number would end together. */
function relayNumber(fx: Fx): number {
  const { buffer, byteOffset } = fx.secret(4);
  return new DataView(buffer, byteOffset).getUint32(0);
}

const relay: Action = action("live.relay", {
  about:
    "Lets a relay hand in answers of many, and tells its token this once. A new one ends the one before.",
  input: OfRelay.extend({
    for: Duration.prefault("24h").describe("How long its token is good for, 31 days at most."),
  }),
  output: z.object({ token: z.string(), expiresAt: z.number(), nodes: z.array(z.string()) }),
  act: async ({ show, relay: name, for: forMs }, fx: Fx) => {
    const run = runNow(fx, show);
    if (run === undefined) return notOpen(show);
    const { relays } = stateOf(fx.view(present), show);
    if (relays.filter(({ until }) => until > fx.now).length >= no.relaysMax)
      return no.tooManyRelays(`At most ${no.relaysMax} tokens of relays that are not over yet.`);
    const number = relayNumber(fx);
    const until = fx.now + Math.min(forMs, relayMsMax);
    await fx.record(stream, [relayAdmitted({ show, at: fx.now, relay: name, number, until })]);
    const nodes = nodesOf(fx.config).map((node) => `${addressOf(node)}/live/${run.run}`);
    return { token: relayToken(keyOf(run), number, until), expiresAt: until, nodes };
  },
});

const rank: Action = action("live.rank", {
  about:
    "The place of any participant in the ranking, by their number. Not while a question is on.",
  input: OfShow.extend({
    index: z.number().int().min(0).max(participantsMaxMax).describe("Their number, from 0."),
  }),
  output: Rank,
  act: async ({ show, index }, fx: Fx): Promise<Refusal | Rank> => {
    const run = runNow(fx, show);
    if (run === undefined) return notOpen(show);
    if (index >= run.shape.participantsMax)
      return no.unknownValue(`There are ${run.shape.participantsMax} participants at most.`);
    const state = stateOf(fx.view(present), show);
    if (state.erasingAt !== undefined) return no.notNow("Who came where is erased.");
    const on = questionOnAir(state, fx.now);
    if (on !== undefined) return no.notNow(`${on} is on: places change with every answer.`);
    const found = await placeOf(fx, run, index).catch((why: unknown) => String(why));
    if (typeof found === "string") return no.nodeAway(`Nobody can say it now: ${found}`);
    const { rank: place = null, right = 0, latencyMs = 0 } = found ?? {};
    return { show, index, rank: place, right, latencyMs };
  },
});

export const actions: readonly Action[] = [rank, issue, backendKey, relay, links];
