import type { ReactNode } from "react";
import { usePlace } from "#console";
import { RunbooksList } from "./console/list.tsx";
import { Reader } from "./console/reader.tsx";

/** All runbooks, or one to follow. */
export function RunbooksPage(): ReactNode {
  const chosen = usePlace().search.get("runbook");
  return chosen === null ? <RunbooksList /> : <Reader name={chosen} key={chosen} />;
}
