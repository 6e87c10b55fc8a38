import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from "react";

/** So long after `g` a key still means "go to". */
export const SECOND_KEY_MS = 1_200;

/** Keys belong to what is typed into. A checkbox takes no letters. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;

export type PageKey = { key: string; what: string; press: () => void };

const owners = new Map<object, readonly PageKey[]>();
let shown: readonly PageKey[] = [];
const listeners = new Set<() => void>();
const show = (owner: object, keys: readonly PageKey[]): void => {
  if (keys.length > 0) owners.set(owner, keys);
  else owners.delete(owner);
  shown = [...owners.values()].flat();
  for (const listener of listeners) listener();
};
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The keys of the page that is open, for the help. */
export const usePageKeysShown = (): readonly PageKey[] =>
  useSyncExternalStore(subscribe, () => shown);

/** Keys of a page or of a part of it, where nobody types and no dialog is open. The help shows them. */
export function usePageKeys(keys: readonly PageKey[]): void {
  const newest = useRef(keys);
  const names = keys.map(({ key, what }) => `${key} ${what}`).join("\n");
  // With what is drawn, not after it: the next key may come at once.
  useLayoutEffect(() => {
    newest.current = keys;
  });
  useEffect(() => {
    show(newest, newest.current);
    return () => show(newest, []);
  }, [names]);
  useEffect(() => {
    let afterG = Number.NEGATIVE_INFINITY;
    const press = (event: KeyboardEvent): void => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.repeat) return;
      if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
      if (event.key === "g") afterG = event.timeStamp;
      const pressed = newest.current.find(({ key }) => key === event.key);
      if (!pressed || event.timeStamp - afterG < SECOND_KEY_MS) return;
      event.preventDefault();
      pressed.press();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
