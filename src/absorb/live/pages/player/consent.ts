import { el } from "../dom.ts";

export type PlaceTold = {
  rank: number;
  right: number;
  latencyMs: number;
  isFinalist: boolean;
  /** Until then a place may change with each question. */
  isOver: boolean;
};

/** This phone's place in the ranking; nothing for who has no right answer. Throws while nobody can say. */
export async function placeOf(url: string, token: string): Promise<PlaceTold | undefined> {
  const answer = await fetch(`${url}/place?t=${encodeURIComponent(token)}`);
  if (answer.status === 404) return undefined;
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

/** Asks a finalist who they are: only what they type and send is kept, and they can take it back here. */
export function consentForm(url: string, token: string): HTMLElement {
  const name = field("Your name, as it may be shown on stage", "name", "name");
  const contact = field("How we reach you (phone or e-mail)", "contact", "email");
  const agree = el("input", "");
  agree.type = "checkbox";
  agree.required = true;
  const send = el("button", "primary", "Tell the show");
  const back = el("button", "plain", "Take it back");
  back.type = "button";
  back.hidden = true;
  const said = el("p", "small", "It is kept sealed, only for this, and erased afterwards.");
  said.setAttribute("role", "status");
  const agreement = el(
    "label",
    "check",
    agree,
    el("span", "", "I agree that the show may name and call me."),
  );
  const form = el("form", "join consent", name.row, contact.row, agreement, send, back, said);
  const told = async (work: Promise<void>, words: string, isSent: boolean): Promise<void> => {
    try {
      await work;
      said.textContent = words;
      [send.hidden, back.hidden] = [isSent, !isSent];
    } catch (why) {
      said.textContent = why instanceof Error ? why.message : String(why);
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = { t: token, name: name.input.value, contact: contact.input.value };
    void told(tell(url, "consent", words), "Thank you: the show knows who you are.", true);
  });
  back.addEventListener("click", () => {
    void told(tell(url, "withdraw", { t: token }), "It is erased.", false);
  });
  return form;
}
