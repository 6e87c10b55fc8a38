/** A name that somebody has to type before something is lost. */
export type Question = { name: string; says: string; answer: (isTyped: boolean) => void };

let question: Question | undefined;
const listeners = new Set<() => void>();
const show = (next: Question | undefined): void => {
  question = next;
  for (const listener of listeners) listener();
};

export const openQuestion = (): Question | undefined => question;
export const hearQuestions = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Asks for the name; true once it was typed. One question at a time: the one before counts as left. */
export function typedName(name: string, says: string): Promise<boolean> {
  question?.answer(false);
  if (listeners.size === 0) return Promise.resolve(false);
  return new Promise((resolve) => {
    show({
      name,
      says,
      answer: (isTyped) => {
        show(undefined);
        resolve(isTyped);
      },
    });
  });
}
