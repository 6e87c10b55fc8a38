import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import type { Service } from "../live/shapes.ts";
import { useAsk } from "../live/use-live.ts";
import { pages } from "../pages.ts";
import { sections } from "../sections.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { matchScore } from "./match.ts";
import { go } from "./router.tsx";
import { signOut } from "./session.tsx";
import { chooseTheme, useTheme } from "./theme.ts";

type Choice = {
  id: string;
  group: string;
  text: string;
  icon: IconName;
  words?: string;
  run: () => void;
};
const CHOICES_MAX = 12;

function useChoices(open: boolean, help: () => void): Choice[] {
  const services = useAsk<Service[]>("catalog.services", {}, open).data ?? [];
  const theme = useTheme();
  const other = theme.shown === "dark" ? "light" : "dark";
  return [
    ...pages.map((page) => ({
      id: page.id,
      group: "Pages",
      text: page.title,
      icon: page.icon,
      run: () => go(page.path),
    })),
    ...sections.map((each) => ({
      id: `settings-${each.id}`,
      group: "Settings",
      text: each.title,
      icon: each.icon,
      words: "settings",
      run: () => go(each.path),
    })),
    ...services.map(({ id }) => ({
      id: `service-${id}`,
      group: "Services",
      text: id,
      icon: "services" as const,
      words: "service",
      run: () => go(`/services?service=${encodeURIComponent(id)}`),
    })),
    {
      id: "invite",
      group: "Actions",
      text: "Invite somebody",
      icon: "people",
      run: () => go("/settings/people?invite=yes"),
    },
    {
      id: "token",
      group: "Actions",
      text: "Create a token",
      icon: "key",
      run: () => go("/settings/tokens?create=yes"),
    },
    { id: "follow", group: "Actions", text: "Follow the log", icon: "log", run: () => go("/log") },
    {
      id: "theme",
      group: "Actions",
      text: `Switch to ${other}`,
      icon: other === "dark" ? "moon" : "sun",
      words: "theme appearance",
      run: () => chooseTheme(other),
    },
    { id: "help", group: "Actions", text: "Keys and help", icon: "keyboard", run: help },
    { id: "out", group: "Actions", text: "Sign out", icon: "out", run: () => void signOut() },
  ];
}

function found(choices: readonly Choice[], search: string): Choice[] {
  const scored = choices.flatMap((choice) => {
    const score = matchScore(search, `${choice.text} ${choice.words ?? ""}`);
    return score === undefined ? [] : [{ choice, score }];
  });
  const ranked = search === "" ? scored : scored.toSorted((a, b) => a.score - b.score);
  return ranked.slice(0, search === "" ? undefined : CHOICES_MAX).map(({ choice }) => choice);
}

type ListProps = { open: boolean; onClose: () => void; onHelp: () => void };

function Search({ open, onClose, onHelp }: ListProps): ReactNode {
  const [search, setSearch] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const shown = found(useChoices(open, onHelp), search);
  const pick = (choice: Choice | undefined) => {
    if (!choice) return;
    onClose();
    choice.run();
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined && event.key !== "Enter") return;
    event.preventDefault();
    if (step === undefined) pick(shown[at]);
    else {
      const next = (at + step + shown.length) % Math.max(1, shown.length);
      setAt(next);
      document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: "nearest" });
    }
  };
  return (
    <>
      <div className="flex items-center gap-2.5 rounded-md border border-line-strong px-3 focus-within:outline-2 focus-within:outline-accent">
        <Icon name="search" className="text-faint" />
        <input
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={shown[at] ? `${listId}-${at}` : undefined}
          aria-label="Find a page, a service or an action"
          placeholder="Find a page, a service or an action"
          value={search}
          onChange={(event) => {
            setSearch(event.target.value);
            setAt(0);
          }}
          onKeyDown={press}
          className="min-h-11 flex-1 bg-transparent text-base outline-none placeholder:text-faint"
        />
      </div>
      <ul
        id={listId}
        role="listbox"
        aria-label="What was found"
        className="mt-3 max-h-[50dvh] overflow-y-auto"
      >
        {shown.map((choice, place) => (
          <li
            key={choice.id}
            id={`${listId}-${place}`}
            role="option"
            aria-selected={place === at}
            onClick={() => pick(choice)}
            onPointerMove={() => setAt(place)}
            className="flex min-h-10 cursor-pointer items-center gap-3 rounded-md px-3 text-sm aria-selected:bg-accent-soft aria-selected:text-accent"
          >
            <Icon name={choice.icon} />
            {choice.text}
            <span className="ml-auto text-xs text-muted">{choice.group}</span>
          </li>
        ))}
      </ul>
      {shown.length === 0 && (
        <p className="px-3 py-4 text-sm text-muted">Nothing is called that.</p>
      )}
    </>
  );
}

/** Ctrl/⌘-K: everything by name. */
export const Palette = ({ open, onClose, onHelp }: ListProps): ReactNode => (
  <Dialog open={open} title="Find or do" onClose={onClose}>
    <Search open={open} onClose={onClose} onHelp={onHelp} />
  </Dialog>
);
