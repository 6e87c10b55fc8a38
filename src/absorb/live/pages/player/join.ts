import { el, say } from "../dom.ts";
import { postInLine } from "./line.ts";

/** What anybody may know of a run: `GET /live/<run>/show`. */
export type ShowTold = {
  run: string;
  title: string;
  joining: "open" | "backend";
  dimensions: { id: string; values: string[] }[];
  questions: number;
  /** So many of them are published. */
  published: number;
};

const names = new Intl.DisplayNames(navigator.languages, { type: "region", fallback: "code" });
const isCountryList = (values: readonly string[]): boolean =>
  values.length > 100 && values.every((value) => /^[A-Z]{2}$/.test(value));

function optionsOf(values: readonly string[]): HTMLOptionElement[] {
  const isCountries = isCountryList(values);
  const named = values.map((value) => ({
    value,
    name: isCountries ? (names.of(value) ?? value) : value,
  }));
  if (isCountries) named.sort((a, b) => a.name.localeCompare(b.name));
  return named.map(({ value, name }) => {
    const option = el("option", "", name);
    option.value = value;
    return option;
  });
}

/** The browser's own region is a good first guess for a country. */
function guess(select: HTMLSelectElement, values: readonly string[]): void {
  if (!isCountryList(values)) return;
  const region = new Intl.Locale(navigator.language).region ?? "";
  if (values.includes(region)) select.value = region;
}

async function tokenFor(
  url: string,
  values: Record<string, string>,
  waits: Parameters<typeof postInLine>[2],
): Promise<string> {
  const answer = await postInLine(`${url}/join`, { values }, waits);
  // What stands before the door says no in its own words.
  const said = (await answer.json().catch(() => ({}))) as Record<string, string | undefined>;
  const { token, error, detail } = said;
  if (token === undefined)
    throw new Error(error ?? detail ?? "It did not work; try again in a moment.");
  return token;
}

/** Says that the token is kept: until then a place in line is good for the same one again, and from then on for none. */
export const leaveLine = (url: string): void =>
  void fetch(`${url}/join`, { method: "DELETE", keepalive: true }).catch(() => undefined);

/** What somebody sees who waits for their turn to join. */
class Line {
  readonly #wait = el("p", "wait");
  readonly #note = el("p", "small");
  readonly element = el(
    "section",
    "waiting in-line",
    el("p", "pulse", "●"),
    el("h2", "", "You are in line"),
    this.#wait,
    el("p", "", "Keep this page open: you come in by yourself."),
    this.#note,
  );

  constructor() {
    this.element.setAttribute("role", "status");
  }

  tell({ wait, note }: { wait?: string; note?: string }): void {
    say(
      this.#wait,
      wait === undefined ? "Many people want to come in." : `Estimated wait: ${wait}`,
    );
    say(this.#note, note ?? "");
  }
}

/** Asks for what results are split by, and nothing else; gives the token that stands for this phone. */
export function joinForm(
  url: string,
  { dimensions }: ShowTold,
  joined: (token: string) => void,
): HTMLElement {
  const selects = dimensions.map(({ id, values }) => {
    const blank = el("option", "", "Choose…");
    blank.value = "";
    const select = el("select", "", blank, ...optionsOf(values));
    select.name = id;
    select.required = true;
    guess(select, values);
    return select;
  });
  const fields = selects.map((select) => el("label", "field", el("span", "", select.name), select));
  const button = el("button", "primary", "Join");
  const wrong = el("p", "wrong");
  wrong.setAttribute("role", "alert");
  const form = el(
    "form",
    "join",
    ...fields,
    button,
    wrong,
    el("p", "small", "No name, no e-mail, no tracking: your phone gets a number, and that is all."),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    wrong.textContent = "";
    const asked = [...form.childNodes];
    const line = new Line();
    const values = Object.fromEntries(selects.map(({ name, value }) => [name, value]));
    tokenFor(url, values, (told) => {
      line.tell(told);
      if (!line.element.isConnected) form.replaceChildren(line.element);
    })
      .then(joined)
      .catch((why: unknown) => {
        form.replaceChildren(...asked);
        wrong.textContent = why instanceof Error ? why.message : String(why);
        button.disabled = false;
      });
  });
  return form;
}
