import { el } from "../dom.ts";

/** What anybody may know of a run: `GET /live/<run>/show`. */
export type ShowTold = {
  run: string;
  title: string;
  joining: "open" | "backend";
  dimensions: { id: string; values: string[] }[];
  questions: number;
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

async function tokenFor(url: string, values: Record<string, string>): Promise<string> {
  const answer = await fetch(`${url}/join`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ values }),
  });
  // What stands before the door, such as a waiting room, says no in its own words.
  const said = (await answer.json().catch(() => ({}))) as Record<string, string | undefined>;
  const { token, error, detail } = said;
  if (token === undefined)
    throw new Error(error ?? detail ?? "It did not work; try again in a moment.");
  return token;
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
    tokenFor(url, Object.fromEntries(selects.map(({ name, value }) => [name, value])))
      .then(joined)
      .catch((why: unknown) => {
        wrong.textContent = why instanceof Error ? why.message : String(why);
        button.disabled = false;
      });
  });
  return form;
}
