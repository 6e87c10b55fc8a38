import { useState } from "react";

export type Task = {
  busy: boolean;
  error: Error | null;
  run: (work: () => Promise<unknown>) => Promise<boolean>;
  clear: () => void;
};

/** One thing at a time: whether it runs, and why it did not work. `run` answers whether it did. */
export function useTask(): Task {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const run = async (work: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setError(null);
    try {
      await work();
      return true;
    } catch (reason) {
      setError(reason instanceof Error ? reason : new Error(String(reason)));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run, clear: () => setError(null) };
}
