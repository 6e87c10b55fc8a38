import * as z from "zod";
import type { Run } from "../../contract/orders.ts";
import { groupFor, keyOf, participantToken } from "../../tokens.ts";
import { Indices } from "./indices.ts";
import { type Given, Turns } from "./turns.ts";

const Asked = z
  .object({ values: z.record(z.string().max(40), z.string().max(60)).default({}) })
  .strict();

export type JoinAnswer = {
  status: number;
  body: { token: string; index: number } | { error: string };
};
/** `turn` names the turn in a waiting room by which somebody came. */
export type Join = (asked: unknown, nowMs: number, turn?: string) => JoinAnswer;

const no = (status: number, error: string): JoinAnswer => ({ status, body: { error } });

/**
 * The door of one run at one node: who says their country and the like gets a token, a number, and nothing of them is kept.
 * One token is one voice: that a person takes one only is the work of what stands before this door.
 */
export function createJoin(of: { run: Run; node: number; path: string }): Join {
  const { run, node, path } = of;
  const { nodes } = run;
  const { participantsMax } = run.shape;
  const key = keyOf(run);
  let indices: Indices | undefined;
  let turns: Turns | undefined;
  const tokenFor = ({ index, group }: Given, nowMs: number): JoinAnswer => ({
    status: 200,
    body: { token: participantToken(key, { run, index, group, nowMs }), index },
  });
  return (asked, nowMs, turn) => {
    if (run.joining === "backend") return no(403, "Tokens come from the organiser.");
    const read = Asked.safeParse(asked);
    if (!read.success) return no(400, 'Send {"values": {…}} with one value for each dimension.');
    const group = groupFor(run, read.data.values);
    if (typeof group === "string") return no(422, group);
    if (turn !== undefined) turns ??= new Turns(`${path}-by-turn`);
    // The first values stand: who asks again with others is the same person.
    const known = turn === undefined ? undefined : turns?.find(turn);
    if (known) return tokenFor(known, nowMs);
    indices ??= new Indices({ path, node, nodes, participantsMax });
    const index = indices.take();
    if (index === undefined) return no(409, "The show is full.");
    if (turn !== undefined) turns?.keep(turn, { index, group });
    return tokenFor({ index, group }, nowMs);
  };
}
