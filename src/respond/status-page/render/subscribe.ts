import { html } from "hono/html";
import type { Picture, Words } from "../contract.ts";
import { everything, ofComponent, ofThread } from "../subscribers/roster.ts";
import { readerWords } from "../subscribers/words.ts";
import { said } from "./words.ts";

type Html = ReturnType<typeof html>;
type Choice = { id: string; name: Words };

/** What there is to choose from, as the form of the page and that of one subscriber have it. */
export function choices(
  components: readonly Choice[],
  of: { languages: readonly string[]; wants: readonly string[] },
): Html {
  const words = readerWords(of.languages[0] ?? "en");
  const box = (value: string, name: string): Html =>
    html`<label
      ><input
        type="checkbox"
        name="what"
        value="${value}"
        ${of.wants.includes(value) ? "checked" : ""}
      />
      ${name}</label
    >`;
  return html`<fieldset>
    <legend>${words.what}</legend>
    ${box(everything, words.all)}${components.map(({ id, name }) =>
      box(ofComponent(id), said(name, of.languages)),
    )}
  </fieldset>`;
}

/** The form by which people ask to be told: plain HTML, which posts to Castor wherever the page itself lives. */
export function subscribeForms(picture: Picture, language: string): Html {
  const { page, components } = picture;
  if (page.subscribe === null) return html``;
  const { address, kinds } = page.subscribe;
  const words = readerWords(language);
  const languages = [language, ...page.languages];
  const form = (kind: string, label: string, type: "email" | "url"): Html =>
    html`<form class="subscribe" method="post" action="${address}/subscribe">
      <h2>${words.kinds[kind as "email"]}</h2>
      <input type="hidden" name="kind" value="${kind}" />
      <input type="hidden" name="language" value="${language}" />
      <label class="field"
        >${label} <input name="address" type="${type}" required autocomplete="${type}"
      /></label>
      ${choices(components, { languages, wants: [everything] })}
      <button>${words.send}</button>
    </form>`;
  // Without scripts a browser cannot be told, so without them there is no such form.
  const push = html`<form
    id="push"
    class="subscribe"
    method="post"
    action="${address}/subscribe"
    data-wait="${words.pushWait}"
    data-done="${words.pushDone}"
    data-failed="${words.pushFailed}"
    hidden
  >
    <h2>${words.kinds.push}</h2>
    <input type="hidden" name="kind" value="push" />
    <input type="hidden" name="language" value="${language}" />
    ${choices(components, { languages, wants: [everything] })}
    <button>${words.send}</button>
    <p id="push-says" role="status"></p>
  </form>`;
  return html`${kinds.includes("push") ? push : ""}${kinds.flatMap((kind) =>
      kind === "push" ? [] : [form(kind, words.address[kind], kind === "email" ? "email" : "url")],
    )}
    <p class="dim small">${words.private}</p>`;
}

/** To be told of one public incident alone, until it is over. */
export function followForm(picture: Picture, of: { thread: string; language: string }): Html {
  const { subscribe } = picture.page;
  if (subscribe === null || !subscribe.kinds.includes("email")) return html``;
  const words = readerWords(of.language);
  return html`<form class="subscribe" method="post" action="${subscribe.address}/subscribe">
    <h2>${words.follow}</h2>
    <input type="hidden" name="kind" value="email" />
    <input type="hidden" name="language" value="${of.language}" />
    <input type="hidden" name="what" value="${ofThread(of.thread)}" />
    <label class="field"
      >${words.address.email} <input name="address" type="email" required autocomplete="email"
    /></label>
    <button>${words.send}</button>
  </form>`;
}
