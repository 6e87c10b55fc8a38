import * as z from "zod";
import type { Run } from "../../contract/orders.ts";
import { groupFor, keyOf, participantToken } from "../../tokens.ts";
import { Indices } from "./indices.ts";

const Asked = z
  .object({ values: z.record(z.string().max(40), z.string().max(60)).default({}) })
  .strict();

export type JoinAnswer = {
  status: number;
  body: { token: string; index: number } | { error: string };
};
export type Join = (asked: unknown, nowMs: number) => JoinAnswer;

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
  return (asked, nowMs) => {
    if (run.joining === "backend") return no(403, "Tokens come from the organiser.");
    const read = Asked.safeParse(asked);
    if (!read.success) return no(400, 'Send {"values": {…}} with one value for each dimension.');
    const group = groupFor(run, read.data.values);
    if (typeof group === "string") return no(422, group);
    indices ??= new Indices({ path, node, nodes, participantsMax });
    const index = indices.take();
    if (index === undefined) return no(409, "The show is full.");
    return {
      status: 200,
      body: { token: participantToken(key, { run, index, group, nowMs }), index },
    };
  };
}
