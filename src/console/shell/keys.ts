import { useEffect } from "react";
import { pages } from "../pages.ts";
import { isTyping, SECOND_KEY_MS } from "./page-keys.ts";
import { go } from "./router.tsx";

type Openers = { palette: () => void; help: () => void };

/** The keys that work everywhere: Ctrl/⌘-K, `?`, `/`, and `g` followed by a page's key. */
export function useKeys({ palette, help }: Openers): void {
  useEffect(() => {
    let goAt = Number.NEGATIVE_INFINITY;
    const press = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        palette();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]")) return;
      const page = pages.find((each) => each.key === event.key);
      if (page && event.timeStamp - goAt < SECOND_KEY_MS) {
        event.preventDefault();
        goAt = Number.NEGATIVE_INFINITY;
        go(page.path);
      } else if (event.key === "g") goAt = event.timeStamp;
      else if (event.key === "?") help();
      else if (event.key === "/") {
        const field = document.querySelector<HTMLInputElement>("main input[type=search]");
        if (!field) return;
        event.preventDefault();
        field.focus();
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [palette, help]);
}
