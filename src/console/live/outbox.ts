import { useEffect, useSyncExternalStore } from "react";
import { ProblemError, send } from "./api.ts";

/** Something said that Castor has not taken yet. */
export type Unsent = {
  id: string;
  /** Whose words: they go out while that person is signed in here, and as nobody else's. */
  by: string;
  command: string;
  input: unknown;
  at: number;
  why?: string;
};

const PLACE = "castor.unsent";
const RETRY_MS = 3_000;
const UNSENT_MAX = 200;
/** No answer, or none that says no: it may go through later. */
const mayPass = ({ problem: { status } }: ProblemError): boolean =>
  status === 0 || status === 401 || status === 429 || status >= 500;

const read = (): readonly Unsent[] => {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? "[]") as Unsent[];
  } catch {
    return [];
  }
};
let unsent: readonly Unsent[] = read();
let signedIn: string | undefined;
let isSending = false;
const listeners = new Set<() => void>();

/** Also over a reload of the page: what somebody wrote while the line was down is not lost with the tab. */
function set(next: readonly Unsent[]): void {
  unsent = next;
  try {
    localStorage.setItem(PLACE, JSON.stringify(unsent));
  } catch {
    // Without room there it is kept in this page, and in this page only.
  }
  for (const listener of listeners) listener();
}

/** Sends in order, one after the other, until one does not go through: then from there again in a while. */
async function flush(): Promise<void> {
  if (isSending) return;
  isSending = true;
  try {
    for (let next = unsent.find(isOpen); next; next = unsent.find(isOpen)) {
      const { id, command, input } = next;
      try {
        await send(command, input);
        set(unsent.filter((each) => each.id !== id));
      } catch (error) {
        if (!(error instanceof ProblemError) || mayPass(error)) return;
        const why = error.problem.detail;
        set(unsent.map((each) => (each.id === id ? { ...each, why } : each)));
      }
    }
  } finally {
    isSending = false;
  }
}
const isOpen = ({ why, by }: Unsent): boolean => why === undefined && by === signedIn;

/**
 * Says something once, however bad the line is: it is kept here until Castor took it. The input must carry its own name, by
 * which Castor knows it again.
 */
export function sendOnce(id: string, command: string, input: unknown): boolean {
  if (unsent.length >= UNSENT_MAX || signedIn === undefined) return false;
  set([...unsent, { id, by: signedIn, command, input, at: Date.now() }]);
  void flush();
  return true;
}

export const takeBack = (id: string): void => set(unsent.filter((each) => each.id !== id));

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** What waits to be sent, oldest first; while somebody looks, it is tried again and again. */
export function useUnsent(me: string | undefined): readonly Unsent[] {
  useEffect(() => {
    signedIn = me;
    const retry = (): void => void flush();
    const timer = setInterval(retry, RETRY_MS);
    addEventListener("online", retry);
    retry();
    return () => {
      clearInterval(timer);
      removeEventListener("online", retry);
    };
  }, [me]);
  const all = useSyncExternalStore(subscribe, () => unsent);
  return all.filter(({ by }) => by === me);
}
