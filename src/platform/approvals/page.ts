import { barePages, inHtml, linesInHtml } from "#kernel";
import type { Approval } from "./contract.ts";

const { whole, html } = barePages(`
p{margin:.4rem 0}pre{margin:1rem 0;padding:.8rem;border:1px solid var(--line);border-radius:.7rem;white-space:pre-wrap;font-size:.85rem}
button{border:0;background:var(--bad);color:var(--bg)}button:focus-visible{outline:3px solid var(--fg);outline-offset:2px}
`);
export { html };

export const plainPage = (title: string, says: string): string =>
  whole(title, `<h1>${inHtml(title)}</h1><p>${inHtml(says)}</p>`);

const ends: Readonly<Record<Approval["state"], string>> = {
  open: "It waits for somebody",
  approved: "It is being done",
  done: "Done",
  failed: "It could not be done",
  interrupted: "It was interrupted",
  refused: "Somebody said no",
  withdrawn: "It is not asked for any more",
  expired: "Nobody approved it in time",
};

export const decidedPage = ({ state, verb, name, why }: Approval): string =>
  whole(
    ends[state],
    `<h1>${ends[state]}</h1><p>${inHtml(verb)}: ${inHtml(name)}</p>${why === undefined ? "" : `<p class="dim">${inHtml(why)}</p>`}`,
  );

/** What is asked for, as it would be done, and the one button. To say no, the console asks why. */
export function openPage(of: Approval, input: unknown, now: number): string {
  const minutes = Math.max(1, Math.round((of.expiresAt - now) / 60_000));
  return whole(
    `Approve ${of.verb}?`,
    `<p class="dim">Somebody else wants to do this. It destroys something.</p><h1>${inHtml(of.verb)}: ${inHtml(of.name)}</h1><p>Lost: ${inHtml(of.what)}</p><pre>${linesInHtml(JSON.stringify(input ?? {}, null, 2))}</pre><form method="post"><button>Approve, and have it done</button></form><p class="dim">Good for ${minutes} more minutes. Who does not agree lets it be, or refuses it in the console.</p>`,
  );
}
