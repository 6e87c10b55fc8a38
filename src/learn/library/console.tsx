import type { ReactNode } from "react";
import { usePlace } from "#console";
import { Shelf } from "./console/shelf.tsx";
import { Story } from "./console/story.tsx";

/** The whole library, or one story. */
export function LibraryPage(): ReactNode {
  const chosen = usePlace().search.get("story");
  return chosen === null ? <Shelf /> : <Story id={chosen} key={chosen} />;
}
