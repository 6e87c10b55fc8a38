import { type Replayed, view, type View } from "#kernel";
import { type Approval, approvalFacts } from "./contract.ts";

type Fact = ReturnType<(typeof approvalFacts)[number]>;
export type Kept = Approval & { hash: string; approvedAt: number | null };

/** Older ones are in the log. */
const keptMax = 500;

/** Every approval by its id, oldest first; without what was asked for, which lies in the vault. */
export const book: View<Record<string, Kept>> = view<
  Record<string, Kept>,
  (typeof approvalFacts)[number]
>("approvals.book", {
  from: approvalFacts,
  empty: () => ({}),
  apply: (all, { event, at, by, position }) => {
    const { approval } = event.data;
    if (event.type === "approvals.asked") {
      all[approval] = {
        ...event.data,
        ...{ by, askedAt: at, approvedBy: [], state: "open", endedAt: null, approvedAt: null },
      };
      const oldest = Object.keys(all)[0];
      if (oldest !== undefined && Object.keys(all).length > keptMax) delete all[oldest];
      return all;
    }
    const known = all[approval];
    if (known) all[approval] = { ...known, ...changeBy(known, { event, at, position }) };
    return all;
  },
});

function changeBy(
  known: Kept,
  { event, at, position }: Pick<Replayed<Fact>, "event" | "at" | "position">,
): Partial<Kept> {
  switch (event.type) {
    case "approvals.approved": {
      const { person, via, isLast } = event.data;
      const approvedBy = [...known.approvedBy, { person, via, at }];
      return isLast ? { approvedBy, state: "approved", approvedAt: position } : { approvedBy };
    }
    case "approvals.refused":
      return {
        ...{ state: "refused", endedAt: at },
        ...{ why: event.data.reason, refusedBy: event.data.person },
      };
    case "approvals.withdrawn":
      return { state: "withdrawn", endedAt: at };
    case "approvals.expired":
      return { state: "expired", endedAt: at };
    case "approvals.carried-out": {
      const { outcome, why, heldUntil } = event.data;
      return {
        ...{ state: outcome, endedAt: at },
        ...(why === undefined ? {} : { why }),
        ...(heldUntil === undefined ? {} : { heldUntil }),
      };
    }
    default:
      return {};
  }
}

/** What facts about an approval say of it. */
export const named = ({
  approval,
  verb,
  name,
}: Approval): Pick<Approval, "approval" | "verb" | "name"> => ({
  approval,
  verb,
  name,
});
