import * as z from "zod";
import type { Run } from "../../contract/orders.ts";
import { groupFor, keyOf, participantToken } from "../../tokens.ts";
import type { Joining, Places } from "./places.ts";
import type { Given } from "./turns.ts";

const Asked = z
  .object({ values: z.record(z.string().max(40), z.string().max(60)).default({}) })
  .strict();

export type JoinAnswer = {
  status: number;
  body: { token: string; index: number } | { error: string };
};
/** `turn` names the turn in a waiting room by which somebody came. */
export type Join = (asked: unknown, nowMs: number, turn?: string) => Promise<JoinAnswer>;

export type JoinOptions = {
  run: Run;
  node: number;
  places: Places;
  /** A place of another node; null when it has none left. Fails when it cannot be reached. */
  elsewhere: (node: number, joining: Joining) => Promise<Given | null>;
};

const no = (status: number, error: string): JoinAnswer => ({ status, body: { error } });

/** One turn is one node's, at whichever door it is shown: there it is worth one token. */
const nodeOfTurn = (turn: string, nodes: number): number => Bun.hash.crc32(turn) % nodes;

/**
 * The door of one run at one node: who says their country and the like gets a token, a number, and nothing of them is kept.
 * Numbers are of all nodes in turn, so that each counts its part of those who come by one door.
 * One token is one voice: that a person takes one only is the work of what stands before this door.
 */
export function createJoin({ run, node, places, elsewhere }: JoinOptions): Join {
  const { nodes } = run;
  const key = keyOf(run);
  let nextNode = node;
  const at = async (to: number, joining: Joining): Promise<Given | null> =>
    to === node ? (places.give(joining) ?? null) : await elsewhere(to, joining);
  const given = async (joining: Joining): Promise<Given | null> => {
    const { turn } = joining;
    if (turn !== undefined) return await at(nodeOfTurn(turn, nodes), joining);
    const first = nextNode++ % nodes;
    // Whoever is in no line need not wait for a node that is away, or has no more.
    const found = await at(first, joining).catch(() => null);
    return found ?? (await at(first === node ? nextNode % nodes : node, joining));
  };
  return async (asked, nowMs, turn) => {
    if (run.joining === "backend") return no(403, "Tokens come from the organiser.");
    const read = Asked.safeParse(asked);
    if (!read.success) return no(400, 'Send {"values": {…}} with one value for each dimension.');
    const group = groupFor(run, read.data.values);
    if (typeof group === "string") return no(422, group);
    const place = await given({ group, turn });
    if (place === null)
      return no(
        409,
        places.isLost
          ? "Nobody can join here any more: this node lost its disk."
          : "The show is full.",
      );
    const token = participantToken(key, { run, ...place, nowMs });
    return { status: 200, body: { token, index: place.index } };
  };
}
