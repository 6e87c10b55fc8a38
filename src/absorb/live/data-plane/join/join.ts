import * as z from "zod";
import type { Run } from "../../contract/orders.ts";
import { groupOf, tokenKind } from "../../contract/shape.ts";
import { sipKey } from "../../wire/sip-hash.ts";
import { signToken } from "../../wire/token.ts";
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

/** The group of somebody with these values, or what is wrong with them. */
function groupFor({ shape }: Run, values: Readonly<Record<string, string>>): number | string {
  const known = new Set(shape.dimensions.map(({ id }) => id));
  const stranger = Object.keys(values).find((id) => !known.has(id));
  if (stranger !== undefined) return `There is nothing called ${stranger} here.`;
  const places: number[] = [];
  for (const dimension of shape.dimensions) {
    const place = dimension.values.indexOf(values[dimension.id] ?? "");
    if (place < 0) return `Say your ${dimension.id}: one of the values of this show.`;
    places.push(place);
  }
  return groupOf(shape, places);
}

/**
 * The door of one run at one node: who says their country and the like gets a token, a number, and nothing of them is kept.
 * One token is one voice: that a person takes one only is the work of what stands before this door.
 */
export function createJoin(of: { run: Run; node: number; nodes: number; path: string }): Join {
  const { run, node, nodes, path } = of;
  const { participantsMax } = run.shape;
  const key = sipKey(Uint8Array.fromBase64(run.tokenKey, { alphabet: "base64url" }));
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
    const expiresS = Math.floor((nowMs + run.tokenMs) / 1_000);
    const fields = { kind: tokenKind.participant, node, index, group, expiresS };
    return { status: 200, body: { token: signToken(key, fields), index } };
  };
}
