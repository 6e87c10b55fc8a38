import { waitMs } from "../../client/backoff.ts";
import { joinLive, type LiveClient, type Shown } from "../../client/client.ts";
import { outcome, type Outcome } from "../../contract/outcomes.ts";
import { el, letterOf, runHere, say } from "../dom.ts";
import { consentForm, type PlaceTold, placeOf } from "./consent.ts";
import { joinForm, leaveLine, type ShowTold } from "./join.ts";
import { roundOf } from "./round-of.ts";

const url = `${location.origin}/live/${runHere()}`;
const kept = `castor-live ${runHere()}`;
const placeTriesMax = 20;

const title = el("h1", "");
const line = el("p", "line");
line.setAttribute("role", "status");
const stage = el("div", "stage");
document.querySelector("main")?.append(el("header", "", title, line), stage);

const becameText: Partial<Record<Outcome, string>> = {
  [outcome.recorded]: "Your answer is safe.",
  [outcome.repeated]: "Your first answer stands.",
  [outcome.late]: "Too late: time was up.",
  [outcome.early]: "Too early.",
};

/** One question on this phone. */
class Round {
  readonly element: HTMLElement;
  readonly question: number;
  readonly #buttons: HTMLButtonElement[];
  readonly #status = el("p", "status");
  readonly #left = el("p", "left");
  readonly #closesAt: number;
  #chosen: number | undefined;

  constructor(shown: Shown, answer: (choice: number) => void) {
    this.question = shown.question;
    this.#closesAt = shown.closesAt;
    this.#status.setAttribute("role", "status");
    this.#left.setAttribute("role", "timer");
    this.#buttons = shown.choices.map((text, choice) => {
      const button = el(
        "button",
        `choice c${choice}`,
        el("b", "", letterOf(choice)),
        el("span", "", text),
      );
      button.addEventListener("click", () => {
        this.#choose(choice);
        answer(choice);
      });
      return button;
    });
    this.element = el(
      "section",
      "round",
      el("div", "top", el("p", "count", `Question ${shown.question + 1}`), this.#left),
      el("h2", "", shown.text),
      el("div", "choices", ...this.#buttons),
      this.#status,
    );
  }

  #choose(choice: number): void {
    this.#chosen = choice;
    for (const [at, button] of this.#buttons.entries()) {
      button.disabled = true;
      button.setAttribute("aria-pressed", String(at === choice));
    }
    say(this.#status, "Sending…");
  }

  counted(became: Outcome, choice: number | null): void {
    if (choice !== null) this.#choose(choice);
    say(this.#status, becameText[became] ?? "This answer was not taken.");
  }

  offline(): void {
    if (this.#chosen !== undefined && this.#status.textContent === "Sending…")
      say(this.#status, "No network: your answer is kept, and sent as soon as there is one.");
  }

  tick(): void {
    const seconds = Math.ceil(Math.max(0, this.#closesAt - Date.now()) / 1_000);
    say(this.#left, `${seconds} s`);
    if (seconds === 0) this.over(null);
  }

  over(right: number | null): void {
    for (const [at, button] of this.#buttons.entries()) {
      button.disabled = true;
      if (right !== null) button.classList.add(at === right ? "right" : "not-right");
    }
    say(this.#left, "Time is up");
    if (this.#chosen === undefined) say(this.#status, "You did not answer this one.");
    else if (right !== null)
      say(
        this.#status,
        right === this.#chosen ? "Right!" : "Not this time. The next one is yours.",
      );
  }
}

const waiting = (text: string): HTMLElement =>
  el("section", "waiting", el("p", "pulse", "●"), el("p", "", text));

/** Where the results are, once there are any: it shows itself when that is known. */
function resultsLink(): HTMLElement {
  const link = el("a", "small", "See the results");
  link.href = "results";
  link.hidden = true;
  void fetch(`${url}/show`)
    .then((answer) => answer.json())
    .then(({ published }: ShowTold) => (link.hidden = published === 0))
    .catch(() => undefined);
  return link;
}

const farewell = (): void =>
  stage.replaceChildren(
    el(
      "section",
      "waiting",
      el("h2", "", "The show is over"),
      el("p", "", "Thank you for playing."),
      resultsLink(),
    ),
  );

/** Another window of this phone has the connection: one of them plays at a time. */
function goneElsewhere(): void {
  const back = el("button", "primary", "Play here");
  back.addEventListener("click", () => location.reload());
  stage.replaceChildren(
    el("section", "waiting", el("h2", "", "You play in another window now"), back),
  );
}

/** Asks for this phone's place until somebody can say it: other nodes may be away for a moment. */
async function askPlace(token: string): Promise<void> {
  for (let tries = 0; tries < placeTriesMax; tries++)
    try {
      const place = await placeOf(url, token);
      return place === undefined ? farewell() : showPlace(token, place);
    } catch {
      await new Promise((again) => setTimeout(again, waitMs(tries, Math.random)));
    }
  farewell();
}

function showPlace(token: string, place: PlaceTold): void {
  const { rank, right, latencyMs, isFinalist } = place;
  const seconds = (latencyMs / 1_000).toFixed(3);
  stage.replaceChildren(
    el(
      "section",
      "place",
      el("p", "rank", `#${rank.toLocaleString()}`),
      el("p", "", `${right} right in ${seconds} s`),
      ...(isFinalist
        ? [el("h2", "", "You are in the final ranking!"), consentForm(url, token)]
        : [el("p", "small", "Thank you for playing.")]),
      resultsLink(),
    ),
  );
}

function play(token: string): void {
  let round: Round | undefined;
  stage.replaceChildren(waiting("You are in. The next question comes by itself."));
  const client: LiveClient = joinLive({
    url,
    token,
    state: (state) => {
      document.body.dataset["state"] = state;
      say(
        line,
        {
          connecting: "Connecting…",
          on: "Connected",
          offline: "No network, trying again…",
          elsewhere: "",
          ended: "",
        }[state],
      );
      if (state === "offline") round?.offline();
      if (state === "elsewhere") {
        round = undefined;
        goneElsewhere();
      }
    },
    soon: ({ question, inMs }) => {
      const seconds = el("p", "soon", String(Math.ceil(inMs / 1_000)));
      stage.replaceChildren(
        el("section", "waiting", el("p", "", `Question ${question + 1}`), seconds),
      );
      const end = performance.now() + inMs;
      const count = setInterval(() => {
        if (!seconds.isConnected) return clearInterval(count);
        say(seconds, String(Math.max(1, Math.ceil((end - performance.now()) / 1_000))));
      }, 100);
    },
    shown: (shown) => {
      round = new Round(shown, (choice) => client.answer(shown.question, choice));
      stage.replaceChildren(round.element);
    },
    counted: ({ question, outcome: became, choice }) =>
      roundOf(round, question)?.counted(became, choice),
    closed: ({ question, right }) => roundOf(round, question)?.over(right),
    over: () => {
      round = undefined;
      void askPlace(token);
    },
    refused: () => {
      localStorage.removeItem(kept);
      location.reload();
    },
  });
  setInterval(() => round?.tick(), 250);
}

async function begin(): Promise<void> {
  const given = new URLSearchParams(location.hash.slice(1)).get("t");
  const token = given ?? localStorage.getItem(kept);
  const show = (await (await fetch(`${url}/show`)).json()) as ShowTold;
  title.textContent = show.title;
  document.title = show.title;
  const keep = (mine: string): void => {
    localStorage.setItem(kept, mine);
    play(mine);
  };
  const keepNew = (mine: string): void => {
    keep(mine);
    leaveLine(url);
  };
  if (token !== null) return keep(token);
  if (show.joining === "backend")
    return stage.replaceChildren(el("p", "waiting", "Please come in through the show's own page."));
  stage.replaceChildren(joinForm(url, show, keepNew));
}

begin().catch(() => {
  title.textContent = "There is no show here now";
  stage.replaceChildren(el("p", "waiting", "Look again in a moment."));
});
