import type { ReactNode } from "react";
import { usePlace } from "#console";
import { Inbox } from "./console/inbox.tsx";
import { IssueView } from "./console/issue.tsx";
import { Triage } from "./console/triage.tsx";

/** The inbox, one of its errors, or a walk through all of them. */
export function ErrorsPage(): ReactNode {
  const { search } = usePlace();
  const chosen = search.get("issue");
  if (chosen !== null) return <IssueView id={chosen} key={chosen} />;
  return search.has("triage") ? <Triage /> : <Inbox />;
}
