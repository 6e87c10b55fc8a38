import { html } from "hono/html";
import type { Brand } from "../brand.ts";
import type { Component, Day, Maintenance, Picture, PublicIncident } from "../contract.ts";
import { readerWords } from "../subscribers/words.ts";
import { type Html, type View, when, whole, words } from "./shell.ts";
import { pushScript } from "./browser/push.ts";
import { followForm, subscribeForms } from "./subscribe.ts";
import { overall } from "./v2.ts";
import { phrasesOf, type Phrases } from "./words.ts";

/** The page itself: how it is, part by part, what is open, what is planned, what was. */
export function indexPage(picture: Picture, language: string, brand: Brand): string {
  const view = { picture, language, brand, up: "" };
  const phrases = phrasesOf(language);
  const { indicator, description } = overall(picture);
  const open = picture.incidents.filter(({ resolvedAt }) => resolvedAt === null);
  const past = picture.incidents.filter(({ resolvedAt }) => resolvedAt !== null);
  const coming = picture.maintenances
    .filter(({ resolvedAt }) => resolvedAt === null)
    .toSorted((a, b) => a.from - b.from);
  const isInWork = indicator === "none" && description !== "All Systems Operational";
  return whole(view, {
    title: `${phrases.indicator[indicator]} · ${picture.page.title}`,
    ...{ path: "", at: picture.at },
    body: html`<h1 class="overall ${isInWork ? "work" : indicator}">
        <span class="dot" aria-hidden="true"></span
        >${isInWork ? phrases.inWork : phrases.indicator[indicator]}
      </h1>
      ${
        open.length > 0
          ? html`<section>
              <h2>${phrases.now}</h2>
              ${open.map((each) => thread(view, each))}
            </section>`
          : ""
      }
      ${
        coming.length > 0
          ? html`<section>
              <h2>
                ${phrases.planned}
                <a
                  class="small"
                  href="${language === picture.page.languages[0] ? "" : "../"}maintenance.ics"
                  >iCal</a
                >
              </h2>
              ${coming.map((each) => work(view, each))}
            </section>`
          : ""
      }
      ${componentList(view, phrases)}
      <section>
        <h2>${phrases.past}</h2>
        ${past.length > 0 ? past.slice(0, 15).map((each) => line(view, each)) : html`<p class="dim">${phrases.quiet}</p>`}
      </section>`,
  });
}

/** How one is told without looking. */
export function subscribePage(picture: Picture, language: string, brand: Brand): string {
  const title = readerWords(language).subscribe;
  const view = { picture, language, brand, up: "../" };
  return whole(view, {
    ...{
      title: `${title} · ${picture.page.title}`,
      path: "subscribe/",
      at: picture.page.updatedAt,
    },
    body: html`<h1>${title}</h1>
      ${subscribeForms(picture, language)}
      <p><a href="../">${phrasesOf(language).back}</a></p>`,
    script: picture.page.subscribe?.kinds.includes("push") === true ? pushScript : "",
  });
}

/** One public incident or one piece of maintenance whole, with all its updates. */
export function threadPage(
  picture: Picture,
  of: PublicIncident | Maintenance,
  { language, brand }: { language: string; brand: Brand },
): string {
  const view = { picture, language, brand, up: "../../" };
  const phrases = phrasesOf(language);
  return whole(view, {
    title: `${words(view, of.title)} · ${picture.page.title}`,
    path: `incidents/${of.thread}/`,
    // Written anew when it changes, not each minute; the pulse tells whether Castor lives.
    at: of.updatedAt,
    body: html`<h1>${words(view, of.title)}</h1>
      ${affected(view, of)}${updates(view, of)}
      ${of.resolvedAt === null ? followForm(picture, { thread: of.thread, language }) : ""}
      <p><a href="../../">${phrases.back}</a></p>`,
  });
}

function componentList(view: View, phrases: Phrases): Html {
  const { components, groups } = view.picture;
  const row = (each: Component): Html => componentRow(view, each, phrases);
  const loose = components.filter(({ group }) => group === null);
  if (components.length === 0) return html``;
  return html`<section>
    <h2>${phrases.parts}</h2>
    ${
      loose.length > 0
        ? html`<ul class="parts">
            ${loose.map(row)}
          </ul>`
        : ""
    }${groups.map(
      ({ id, name }) =>
        html`<h3>${words(view, name)}</h3>
          <ul class="parts">
            ${components.filter(({ group }) => group === id).map(row)}
          </ul>`,
    )}
    <p class="legend"><span>${phrases.daysAgo}</span><span>${phrases.today}</span></p>
    <p class="dim small">${phrases.howCounted}</p>
  </section>`;
}

function componentRow(view: View, component: Component, phrases: Phrases): Html {
  const { status, uptime, description, days } = component;
  const percent = new Intl.NumberFormat(view.language, {
    ...{ style: "percent", minimumFractionDigits: 2, maximumFractionDigits: 2 },
  });
  const shown =
    uptime === null
      ? phrases.noData
      : `${percent.format(Math.floor(uptime * 1e4) / 1e4)} ${phrases.uptime}`;
  const bad = days.filter(({ worst }) => worst !== null && worst !== "operational");
  return html`<li>
    <div class="part">
      <span class="what">${words(view, component.name)}</span
      ><span class="is ${status}">${phrases.status[status]}</span>
    </div>
    ${
      description === null ? "" : html`<p class="dim small">${words(view, description)}</p>`
    }${bars(days, `${shown}; ${bad.length === 0 ? phrases.none : bad.map(({ day, worst }) => `${day}: ${phrases.status[worst ?? "operational"]}`).join(", ")}`)}
    <p class="dim small up">${shown}</p>
  </li>`;
}

const classes: Readonly<Record<string, string>> = {
  ...{ operational: "o", degraded_performance: "d", partial_outage: "p", major_outage: "m" },
};

/** A line a day; one path for each kind, so that a page with many parts stays small. */
function bars(days: readonly Day[], label: string): Html {
  const paths = new Map<string, string>();
  for (const [i, { worst, failedShare }] of days.entries()) {
    // What the gateway counted is shown too where nobody posted: a page that is green by silence helps nobody.
    const counted = worst === "operational" && (failedShare ?? 0) > 0.05 ? "d" : undefined;
    const kind = counted ?? (worst === null ? "n" : (classes[worst] ?? "n"));
    paths.set(kind, `${paths.get(kind) ?? ""}M${i * 4 + 2} 0v28`);
  }
  const drawn = [...paths].map(([kind, d]) => html`<path class="${kind}" d="${d}" />`);
  return html`<svg
    class="bars"
    role="img"
    aria-label="${label}"
    viewBox="0 0 360 28"
    preserveAspectRatio="none"
  >
    ${drawn}
  </svg>`;
}

function affected(view: View, { components }: PublicIncident | Maintenance): Html {
  const names = view.picture.components
    .filter(({ id }) => components.includes(id))
    .map(({ name }) => words(view, name));
  return names.length === 0
    ? html``
    : html`<p class="dim">${phrasesOf(view.language).affects}: ${names.join(", ")}</p>`;
}

const updates = (view: View, { updates: all }: PublicIncident | Maintenance): Html =>
  html`<ol class="updates">
    ${all.map(
      ({ stage, text, at }) =>
        html`<li>
          <p class="stage">
            <strong>${phrasesOf(view.language).stage[stage]}</strong> ${when(view, at)}
          </p>
          ${paragraphs(words(view, text))}
        </li>`,
    )}
  </ol>`;

const paragraphs = (text: string): Html[] =>
  text.split(/\n{2,}/).map((each) => html`<p>${each}</p>`);

const thread = (view: View, of: PublicIncident): Html =>
  html`<article class="open ${of.impact}">
    <h3><a href="${view.up}incidents/${of.thread}/">${words(view, of.title)}</a></h3>
    ${affected(view, of)}${updates(view, of)}
  </article>`;

function work(view: View, of: Maintenance): Html {
  const phrases = phrasesOf(view.language);
  return html`<article class="open work">
    <h3><a href="${view.up}incidents/${of.thread}/">${words(view, of.title)}</a></h3>
    <p>${phrases.stage[of.stage]}: ${when(view, of.from)} ${phrases.until} ${when(view, of.to)}</p>
    ${affected(view, of)}${updates(view, of)}
  </article>`;
}

const line = (view: View, of: PublicIncident): Html =>
  html`<article class="past">
    <p class="dim small">${when(view, of.createdAt, { year: "numeric" })}</p>
    <h3><a href="${view.up}incidents/${of.thread}/">${words(view, of.title)}</a></h3>
    <p>${words(view, of.updates[0]?.text ?? {})}</p>
  </article>`;
