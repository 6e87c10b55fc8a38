import { el } from "../dom.ts";

export type PlaceTold = {
  rank: number;
  right: number;
  latencyMs: number;
  isFinalist: boolean;
  /** Until then a place may change with each question. */
  isOver: boolean;
};

/** Nothing was right, the token is over, places are erased: nobody will ever say. */
const never: readonly number[] = [404, 403, 410];

/** This phone's place in the ranking; nothing where there is none. Throws while nobody can say. */
export async function placeOf(url: string, token: string): Promise<PlaceTold | undefined> {
  const answer = await fetch(`${url}/place?t=${encodeURIComponent(token)}`);
  if (never.includes(answer.status)) return undefined;
  if (!answer.ok) throw new Error(`Status ${answer.status}`);
  return (await answer.json()) as PlaceTold;
}

async function tell(
  url: string,
  what: "consent" | "withdraw",
  said: Record<string, string>,
): Promise<void> {
  const answer = await fetch(`${url}/${what}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(said),
  }).catch(() => {
    throw new Error("No network; try again in a moment.");
  });
  const { ok, why } = (await answer.json().catch(() => ({ ok: false }))) as {
    ok: boolean;
    why?: string;
  };
  if (!ok) throw new Error(why ?? "It did not work; try again in a moment.");
}

const field = (
  label: string,
  name: string,
  complete: AutoFill,
): { row: HTMLElement; input: HTMLInputElement } => {
  const input = el("input", "");
  input.name = name;
  input.required = true;
  input.maxLength = 80;
  input.autocomplete = complete;
  return { row: el("label", "field", el("span", "", label), input), input };
};

const toldKey = (url: string): string => `castor-live told ${url}`;
/** This phone remembers that it told who it is, so that it can be taken back after the page was loaded anew. */
export const hasTold = (url: string): boolean => localStorage.getItem(toldKey(url)) !== null;

const reasons = [
  "The show would like to say your name, and to call you. It only knows your place in the ranking now: who you are, you alone can say.",
  "You do not have to. Your place is yours all the same, and without a name the stage shows a number.",
  "Your name is for the stage. How to reach you is for the show's own people only. Both are kept sealed, for nothing else, and erased after the show, or at once when you take them back on this page.",
];

/** Asks a finalist who they are: only what they type and send is kept, and they can take it back here. */
export function consentForm(url: string, token: string): HTMLElement {
  const name = field("Your name, as the stage may show it", "name", "name");
  const contact = field("How we reach you: phone or e-mail", "contact", "email");
  const agree = el("input", "");
  agree.type = "checkbox";
  agree.required = true;
  const agreement = el(
    "label",
    "check",
    agree,
    el("span", "", "I agree that the show may name me and call me."),
  );
  const why = el("div", "why", ...reasons.map((each) => el("p", "", each)));
  const fields = el("div", "join", why, name.row, contact.row, agreement);
  const send = el("button", "primary", "Tell the show");
  const back = el("button", "plain", "Take it back");
  back.type = "button";
  const said = el("p", "status");
  said.setAttribute("role", "status");
  const form = el("form", "join consent", fields, said, send, back);
  const show = (isTold: boolean, words: string): void => {
    [fields.hidden, send.hidden, back.hidden] = [isTold, isTold, !isTold];
    said.textContent = words;
    if (isTold) localStorage.setItem(toldKey(url), "yes");
    else localStorage.removeItem(toldKey(url));
  };
  const tries = async (work: Promise<void>, isTold: boolean, words: string): Promise<void> => {
    [send.disabled, back.disabled] = [true, true];
    await work.then(
      () => show(isTold, words),
      (why: unknown) => (said.textContent = why instanceof Error ? why.message : String(why)),
    );
    [send.disabled, back.disabled] = [false, false];
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = { t: token, name: name.input.value, contact: contact.input.value };
    void tries(tell(url, "consent", words), true, knows);
  });
  back.addEventListener("click", () => {
    void tries(tell(url, "withdraw", { t: token }), false, "It is erased. You are a number again.");
  });
  const isTold = hasTold(url);
  show(isTold, isTold ? knows : "");
  return form;
}
const knows = "Thank you: the show knows who you are.";
