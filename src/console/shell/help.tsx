import type { ReactNode } from "react";
import { pages } from "../pages.ts";
import { Key } from "../ui/basics.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { usePageKeysShown } from "./page-keys.ts";

const general: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["Ctrl", "K"], "Find a page, a service or an action"],
  [["/"], "Search on this page"],
  [["?"], "This help"],
  [["Esc"], "Close what is open"],
];

/** The keys, all on one card. */
export function Help({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  const rows = [
    ...usePageKeysShown().map(({ key, what }) => [[key], what] as const),
    ...general,
    ...pages.map((page) => [["g", page.key], `Go to ${page.title}`] as const),
  ];
  return (
    <Dialog open={open} title="Keys" onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-5 gap-y-2.5 text-sm">
        {rows.map(([keys, what]) => (
          <div key={what} className="contents">
            <dt className="flex justify-end gap-1">
              {keys.map((key) => (
                <Key key={key}>{key}</Key>
              ))}
            </dt>
            <dd className="text-muted">{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
