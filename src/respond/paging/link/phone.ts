import { barePages, inHtml, type Millis } from "#kernel";
import { backText, type Before, canBeNoise, sinceText } from "../delivery/compose.ts";
import type { Page } from "../escalation/page.ts";
import type { Book } from "./book.ts";

const { whole, html } = barePages(`
body{padding-bottom:7.5rem}
p.state{margin:0;font-weight:700;letter-spacing:.03em;color:var(--bad)}p.state.ok{color:var(--ok)}
h2{margin:1.4rem 0 .3rem;font-size:1rem;color:var(--dim)}
p{margin:.2rem 0}ul{margin:0;padding:0;list-style:none}li{padding:.45rem 0;border-top:1px solid var(--line)}
a{color:var(--do)}a.one{color:inherit;overflow-wrap:anywhere}a.book{display:block;margin-top:1rem;padding:.8rem;border:1px solid var(--line);border-radius:.7rem;text-align:center;text-decoration:none;font-weight:600}a.book small{display:block;margin-top:.2rem;font-weight:400;color:var(--dim)}
.bar{position:fixed;left:0;right:0;bottom:0;padding:.8rem 1.1rem calc(.8rem + env(safe-area-inset-bottom));background:var(--bg);border-top:1px solid var(--line)}
.bar div{display:flex;gap:.7rem;max-width:32rem;margin:0 auto}form{flex:1;margin:0}form.main{flex:2}
.main button{background:var(--do);border-color:var(--do);color:var(--bg)}
button:focus-visible,a:focus-visible{outline:3px solid var(--do);outline-offset:2px}
details{margin-top:1.4rem}summary{padding:.6rem 0;color:var(--dim);cursor:pointer}summary:focus-visible,textarea:focus-visible{outline:3px solid var(--do);outline-offset:2px}
label{display:block;margin:.2rem 0 .3rem}textarea{width:100%;padding:.6rem;border:1px solid var(--line);border-radius:.6rem;background:transparent;color:var(--fg);font:inherit}
details button{margin-top:.6rem;min-height:2.9rem}
form.quiet{margin-top:1.4rem}form.quiet button{min-height:2.9rem;font-weight:500}
`);
export { html };

export const notFoundPage = (why: string): string =>
  whole("Castor", `<h1>${inHtml(why)}</h1><p>Open pages are in the console, under On-call.</p>`);

type Forms = Readonly<Record<string, string>>;
const form = (to: string | undefined, label: string, kind: string): string =>
  `<form method="post" action="${inHtml(to ?? "")}" class="${kind}"><button>${inHtml(label)}</button></form>`;

function stateOf({ phase, about, acknowledgedBy }: Page, person: string): string {
  if (phase === "resolved") return `<p class="state ok">OVER</p>`;
  if (phase === "triggered") return `<p class="state">${inHtml(about.severity.toUpperCase())}</p>`;
  const who = acknowledgedBy === person ? "You see" : `${acknowledgedBy ?? "Somebody"} sees`;
  return `<p class="state ok">${inHtml(who)} to it</p>`;
}

/** What, since when, what changed just before, what to read, and two buttons: all that somebody needs who was just woken. */
export function phonePage(
  page: Page,
  of: {
    now: Millis;
    before: Before;
    book: Book | undefined;
    forms: Forms;
    person: string;
    zone: string;
    isJudging: boolean;
  },
): string {
  const { about, phase, nextAt } = page;
  const { now, forms, zone } = of;
  const { changes, anomalies } = of.before;
  const description = about.annotations["description"];
  const minutes = nextAt === null ? 0 : Math.max(1, Math.round((nextAt - now) / 60_000));
  const then =
    phase === "triggered"
      ? `Without an answer the next step comes in ${minutes} min.`
      : phase === "acknowledged"
        ? `If it is not over in ${minutes} min, you are called again.`
        : "";
  const facts = [
    `${about.service === null ? "" : `<b>${inHtml(about.service)}</b>, `}since ${inHtml(sinceText(about.since, now, zone))}`,
    ...(about.firing > 1 ? [`${about.firing} alerts fire`] : []),
    ...backText(page, now, zone).map(inHtml),
    ...(about.impact.length > 0
      ? [`Suffers too: ${inHtml(about.impact.slice(0, 20).join(", "))}`]
      : []),
    ...(description === undefined ? [] : [inHtml(description.slice(0, 2_000))]),
  ];
  const items = [
    ...changes.map(({ at, says }) => [says, sinceText(at, now, zone)] as const),
    ...anomalies.map((says) => [says, ""] as const),
  ].map(([says, when]) => `<li>${inHtml(says)} <span class="dim">${inHtml(when)}</span></li>`);
  const before =
    items.length === 0
      ? `<p class="dim">Nothing that Castor knows of.</p>`
      : `<ul>${items.join("")}</ul>`;
  const bar =
    phase === "resolved"
      ? ""
      : `<div class="bar"><div>${phase === "triggered" ? form(forms["acknowledge"], "Acknowledge", "main") : ""}${form(forms["escalate"], "Escalate", "next")}</div></div>`;
  return whole(
    about.title,
    `${stateOf(page, of.person)}<h1>${inHtml(about.title)}</h1>${facts.map((each) => `<p>${each}</p>`).join("")}<p class="dim">${then}</p>` +
      `${bookLink(of.book)}` +
      `<h2>Changed just before</h2>${before}${phase === "resolved" || Object.keys(about.labels).length === 0 ? "" : form(forms["silence"], "Silence it for an hour", "quiet")}${noiseForm(page, forms["noise"], of.isJudging)}${bar}`,
  );
}

const bookLink = (book: Book | undefined): string =>
  book === undefined
    ? ""
    : `<a class="book" href="${inHtml(book.href)}" rel="noreferrer noopener">${inHtml(book.title)}<small>${inHtml(book.why)}</small></a>`;

/** What somebody knows who has just seen to it; the rule's owner reads it in the morning. */
const noiseForm = (page: Page, to: string | undefined, isOpen: boolean): string =>
  canBeNoise(page)
    ? `<details${isOpen ? " open" : ""}><summary>This page was noise because…</summary><form method="post" action="${inHtml(to ?? "")}"><label for="because">Why nobody had to be woken for it</label><textarea id="because" name="because" rows="2" minlength="3" maxlength="300" required${isOpen ? " autofocus" : ""}></textarea><button>Say so</button></form></details>`
    : "";

/** It was said, and where to go from there. */
export const notedPage = (ruleUrl: string | undefined): string =>
  whole(
    "Noted",
    `<p class="state ok">IT COUNTS AS NOISE</p><h1>Thank you</h1><p>The noise report says so, under the rule that woke you.</p>${ruleUrl === undefined ? "" : `<a class="book" href="${inHtml(ruleUrl)}">Open the rule</a>`}`,
  );

/** All that went into somebody's digest, each a link to what is known of it. */
export const overviewPage = (
  pages: readonly Page[],
  forms: Forms,
  linkTo: (page: string) => string,
): string =>
  whole(
    `${pages.length} problems`,
    pages.length === 0
      ? `<p class="state ok">All of it is seen to</p><h1>Nothing waits for you</h1>`
      : `<p class="state">${pages.length} PROBLEMS</p><h1>Nobody sees to these yet</h1><ul>${pages
          .slice(0, 200)
          .map(
            ({ page, about }) =>
              `<li><a class="one" href="${inHtml(linkTo(page))}">${inHtml(about.title)}</a> <span class="dim">${inHtml(about.severity)}</span></li>`,
          )
          .join(
            "",
          )}</ul><div class="bar"><div>${form(forms["acknowledge"], "Acknowledge all", "main")}</div></div>`,
  );
