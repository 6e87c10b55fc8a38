/** The part of a show's participants that one node counts: every `nodes`-th one, from `node` on. */
export type Share = { node: number; nodes: number };

export const everybody: Share = { node: 0, nodes: 1 };

/** How many participants a share has; each has a slot, in the order of their indices. */
export const slotsOf = ({ node, nodes }: Share, participantsMax: number): number =>
  Math.max(0, Math.ceil((participantsMax - node) / nodes));
