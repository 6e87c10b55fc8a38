import { useSyncExternalStore } from "react";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];
export type ThemeState = { chosen: Theme; shown: "light" | "dark" };

const KEY = "castor.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function chosen(): Theme {
  try {
    const kept = localStorage.getItem(KEY);
    return themes.find((each) => each === kept) ?? "system";
  } catch {
    return "system"; // Storage can be forbidden; the console works without it.
  }
}
const resolve = (theme: Theme): ThemeState => {
  const shown = theme === "system" ? (system.matches ? "dark" : "light") : theme;
  return { chosen: theme, shown };
};

let state = resolve(chosen());
const listeners = new Set<() => void>();

function apply(next: ThemeState): void {
  state = next;
  document.documentElement.dataset["theme"] = next.shown;
  for (const listener of listeners) listener();
}
system.addEventListener("change", () => apply(resolve(state.chosen)));

/** Keeps the reader's choice of colours in this browser. */
export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice then lasts until the page is left.
  }
  apply(resolve(theme));
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const useTheme = (): ThemeState => useSyncExternalStore(subscribe, () => state);
