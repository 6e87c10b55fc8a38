import type { ReactNode } from "react";
import { usePlace } from "#console";
import { PostMortemList } from "./console/list.tsx";
import { PostMortemView } from "./console/view.tsx";

/** All post-mortems, or one. */
export function PostMortemsPage(): ReactNode {
  const chosen = usePlace().search.get("id");
  return chosen === null ? <PostMortemList /> : <PostMortemView id={chosen} key={chosen} />;
}
