import { type ReactNode, useState, useSyncExternalStore } from "react";
import { IconButton } from "./basics.tsx";
import { Icon } from "./icon.tsx";

type Notice = { id: number; text: string; tone: "good" | "bad" };
const SHOWN_MS = 6_000;
let notices: readonly Notice[] = [];
let nextId = 1;
const listeners = new Set<() => void>();
const set = (next: readonly Notice[]) => {
  notices = next;
  for (const listener of listeners) listener();
};
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Says in a corner that something was done; screen readers hear it. */
export function say(text: string, tone: Notice["tone"] = "good"): void {
  const id = nextId++;
  set([...notices.slice(-2), { id, text, tone }]);
  setTimeout(() => set(notices.filter((each) => each.id !== id)), SHOWN_MS);
}

export function Notices(): ReactNode {
  const shown = useSyncExternalStore(subscribe, () => notices);
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed right-4 bottom-4 z-40 flex w-80 max-w-[calc(100vw-2rem)] flex-col gap-2 max-lg:bottom-20"
    >
      {shown.map(({ id, text, tone }) => (
        <p
          key={id}
          className="rising flex items-center gap-2.5 rounded-lg border border-line bg-surface p-3.5 text-sm shadow-float"
        >
          <Icon
            name={tone === "good" ? "check" : "warning"}
            className={tone === "good" ? "text-good" : "text-bad"}
          />
          {text}
        </p>
      ))}
    </div>
  );
}

/** Copies to the clipboard, also where the browser has none for plain http. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** Something to take along: shown in full, copied with one press. */
export function Copyable({ text, label }: { text: string; label: string }): ReactNode {
  const [copied, setCopied] = useState(false);
  return (
    <div className="flex items-start gap-2 rounded-md border border-line bg-sunken p-1 pl-3">
      <code className="min-w-0 flex-1 py-1.5 font-mono text-sm break-all">{text}</code>
      <IconButton
        icon={copied ? "check" : "copy"}
        label={`Copy ${label}`}
        onClick={async () => {
          const done = await copy(text);
          setCopied(done);
          say(done ? "Copied" : "The browser did not allow copying", done ? "good" : "bad");
        }}
      />
    </div>
  );
}
