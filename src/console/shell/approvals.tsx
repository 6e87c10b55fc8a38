import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ask } from "../live/api.ts";
import type { Approval, Approvals } from "../live/shapes.ts";
import { Icon } from "../ui/icon.tsx";
import { Link } from "./router.tsx";
import { type Me, ranks } from "./session.tsx";

const LOOK_EVERY_MS = 15_000;

/** May this person decide it, as far as can be told from here? Castor has the last word. */
export const mayDecide = (of: Approval, me: Me | undefined): boolean =>
  me !== undefined &&
  of.state === "open" &&
  of.asker !== me.id &&
  ranks.indexOf(me.role) >= ranks.indexOf(of.allow) &&
  !of.approvedBy.some(({ person }) => person === me.id);

/** What waits for whoever looks, on every page; nothing while nothing does. */
export function ApprovalsMark({ me }: { me: Me }): ReactNode {
  const { data } = useQuery({
    queryKey: ["approvals.list", { open: true }],
    queryFn: ({ signal }) => ask<Approvals>("approvals.list", { open: true }, signal),
    refetchInterval: LOOK_EVERY_MS,
  });
  const mine = data?.approvals.filter((each) => mayDecide(each, me)).length ?? 0;
  if (mine === 0) return null;
  return (
    <Link
      href="/approvals"
      className="inline-flex min-h-9 items-center gap-2 rounded-full bg-warn-soft px-3 text-xs font-semibold text-warn hover:underline max-sm:min-h-11"
    >
      <Icon name="people" />
      {mine}
      <span className="max-sm:sr-only">{mine === 1 ? "waits for you" : "wait for you"}</span>
    </Link>
  );
}
