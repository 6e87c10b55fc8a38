import type { Run } from "./contract/orders.ts";
import { groupOf, tokenKind } from "./contract/shape.ts";
import { type SipKey, sipKey } from "./wire/sip-hash.ts";
import { signToken } from "./wire/token.ts";

export const keyOf = ({ tokenKey }: Pick<Run, "tokenKey">): SipKey =>
  sipKey(Uint8Array.fromBase64(tokenKey, { alphabet: "base64url" }));

/** The group of somebody with these values, or what is wrong with them. */
export function groupFor(
  { shape }: Pick<Run, "shape">,
  values: Readonly<Record<string, string>>,
): number | string {
  const known = new Set(shape.dimensions.map(({ id }) => id));
  const stranger = Object.keys(values).find((id) => !known.has(id));
  if (stranger !== undefined) return `There is nothing called ${stranger} here.`;
  const places: number[] = [];
  for (const { id, values: all } of shape.dimensions) {
    const place = all.indexOf(values[id] ?? "");
    if (place < 0) return `Say your ${id}: one of the values of this show.`;
    places.push(place);
  }
  return groupOf(shape, places);
}

export type TokenFor = { run: Run; index: number; group: number; nowMs: number };

/** A participant's token; the node that counts somebody is their index modulo the number of the run's nodes. */
export function participantToken(key: SipKey, { run, index, group, nowMs }: TokenFor): string {
  const expiresS = Math.floor((nowMs + run.tokenMs) / 1_000);
  const { participant: kind } = tokenKind;
  return signToken(key, { kind, node: index % run.nodes, index, group, expiresS });
}

/** A relay's token: its index is the relay's own number, by which it can be ended. */
export const relayToken = (key: SipKey, number: number, untilMs: number): string =>
  signToken(key, {
    ...{ kind: tokenKind.relay, node: 0, index: number, group: 0 },
    expiresS: Math.floor(untilMs / 1_000),
  });

const stageMs = 86_400_000;
/** What opens the stage's page for a day. */
export const stageToken = (key: SipKey, nowMs: number): string =>
  signToken(key, {
    ...{ kind: tokenKind.stage, node: 0, index: 0, group: 0 },
    expiresS: Math.floor((nowMs + stageMs) / 1_000),
  });
