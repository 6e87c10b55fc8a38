import { waitMs } from "../../client/backoff.ts";
import { joinLive, type LiveClient, type LiveEvents, type Shown } from "../../client/client.ts";
import type { Outcome } from "../../contract/outcomes.ts";
import { el, letterOf, runHere, say, sizeOf } from "../dom.ts";
import { consentForm, hasTold, type PlaceTold, placeOf } from "./consent.ts";
import { joinForm, leaveLine, type ShowTold } from "./join.ts";
import { roundOf } from "./round-of.ts";
import { type RoundNow, roundSaid } from "./round-said.ts";

const url = `${location.origin}/live/${runHere()}`;
const kept = `castor-live ${runHere()}`;
const placeTriesMax = 20;
const lookAgainMsMin = 1_000;

const title = el("h1", "");
const line = el("p", "line");
line.setAttribute("role", "status");
const stage = el("div", "stage");
document.querySelector("main")?.append(el("header", "", title, line), stage);

/** One question on this phone. */
class Round {
  readonly element: HTMLElement;
  readonly question: number;
  readonly #buttons: HTMLButtonElement[];
  readonly #status = el("p", "status");
  readonly #left = el("p", "left");
  readonly #text: HTMLElement;
  readonly #closesAt: number;
  #now: RoundNow;

  constructor(shown: Shown, isOffline: boolean, answer: (choice: number) => void) {
    this.question = shown.question;
    this.#now = { chosen: undefined, became: undefined, isOffline, isOver: false, right: null };
    this.#closesAt = shown.closesAt;
    this.#status.setAttribute("role", "status");
    this.#left.setAttribute("role", "timer");
    this.#text = el("h2", "", shown.text);
    this.#text.tabIndex = -1;
    this.#text.style.setProperty("--size", String(sizeOf(shown.text)));
    this.#buttons = shown.choices.map((text, choice) => {
      const button = el(
        "button",
        `choice c${choice}`,
        el("b", "", letterOf(choice)),
        el("span", "", text),
      );
      button.addEventListener("click", () => {
        this.#tell({ chosen: choice });
        answer(choice);
      });
      return button;
    });
    this.element = el(
      "section",
      "round",
      el("div", "top", el("p", "count", `Question ${shown.question + 1}`), this.#left),
      this.#text,
      el("div", "choices", ...this.#buttons),
      this.#status,
    );
  }

  /** Whoever reads by ear hears the question, and whoever plays by keys goes on to its choices. */
  show(): void {
    stage.replaceChildren(this.element);
    this.#text.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  #tell(change: Partial<RoundNow>): void {
    this.#now = { ...this.#now, ...change };
    const { chosen, isOver, right } = this.#now;
    for (const [at, button] of this.#buttons.entries()) {
      button.disabled = isOver || chosen !== undefined;
      if (chosen !== undefined) button.setAttribute("aria-pressed", String(at === chosen));
      if (right !== null) button.classList.add(at === right ? "right" : "not-right");
    }
    say(this.#status, roundSaid(this.#now));
  }

  counted(became: Outcome, choice: number | null): void {
    this.#tell({ became, ...(choice !== null && { chosen: choice }) });
  }

  connected(isOffline: boolean): void {
    this.#tell({ isOffline });
  }

  tick(): void {
    if (this.#now.isOver) return;
    const seconds = Math.ceil(Math.max(0, this.#closesAt - Date.now()) / 1_000);
    say(this.#left, `${seconds} s`);
    if (seconds === 0) this.over(null);
  }

  over(right: number | null): void {
    say(this.#left, "Time is up");
    this.#tell({ isOver: true, right: right ?? this.#now.right });
    if (right !== null) this.#buttons[right]?.scrollIntoView({ block: "nearest" });
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

/** Places may be erased by now; what a finalist told is theirs to take back all the same. */
const farewell = (token: string): void =>
  stage.replaceChildren(
    el(
      "section",
      "waiting",
      el("h2", "", "The show is over"),
      el("p", "", "Thank you for playing."),
      ...(hasTold(url) ? [consentForm(url, token)] : []),
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
      return place === undefined ? farewell(token) : showPlace(token, place);
    } catch {
      await new Promise((again) => setTimeout(again, waitMs(tries, Math.random)));
    }
  farewell(token);
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

/** Counts down to a question: told once by ear, where the seconds would talk over it. */
function showSoon({ question, inMs }: { question: number; inMs: number }): void {
  const first = Math.ceil(inMs / 1_000);
  const seconds = el("p", "soon", String(first));
  seconds.setAttribute("aria-hidden", "true");
  const heard = el("p", "unseen", `It comes in ${first} ${first === 1 ? "second" : "seconds"}.`);
  const coming = el("section", "waiting", el("p", "", `Question ${question + 1}`), heard, seconds);
  coming.setAttribute("role", "status");
  stage.replaceChildren(coming);
  const end = performance.now() + inMs;
  const count = setInterval(() => {
    if (!seconds.isConnected) return clearInterval(count);
    say(seconds, String(Math.max(1, Math.ceil((end - performance.now()) / 1_000))));
  }, 100);
}

const lineText: Record<Parameters<LiveEvents["state"]>[0], string> = {
  connecting: "Connecting…",
  on: "Connected",
  offline: "No network, trying again…",
  elsewhere: "",
  ended: "",
};

function play(token: string): void {
  let round: Round | undefined;
  let isOffline = false;
  stage.replaceChildren(waiting("You are in. The next question comes by itself."));
  const client: LiveClient = joinLive({
    url,
    token,
    state: (state) => {
      document.body.dataset["state"] = state;
      isOffline = state === "offline" || (isOffline && state === "connecting");
      round?.connected(isOffline);
      // While it tries to come back there is still no network.
      say(line, lineText[isOffline ? "offline" : state]);
      if (state === "elsewhere") {
        round = undefined;
        goneElsewhere();
      }
    },
    soon: showSoon,
    shown: (shown) => {
      round = new Round(shown, isOffline, (choice) => client.answer(shown.question, choice));
      round.show();
    },
    counted: ({ question, outcome: became, choice }) =>
      roundOf(round, question)?.counted(became, choice),
    closed: ({ question, right }) => roundOf(round, question)?.over(right),
    over: () => {
      round = undefined;
      void askPlace(token);
    },
    refused: () => {
      round = undefined;
      localStorage.removeItem(kept);
      // The same link would be refused again, and again.
      if (given !== null)
        stage.replaceChildren(notice("This link is not good any more.", elsewhere));
      else location.reload();
    },
  });
  setInterval(() => round?.tick(), 250);
}

/** What the show's own page gave out: it stands in the address. */
const given = new URLSearchParams(location.hash.slice(1)).get("t");
const elsewhere = "Please come in through the show's own page.";

const notice = (...words: string[]): HTMLElement => {
  const told = el("section", "waiting", ...words.map((each) => el("p", "", each)));
  told.setAttribute("role", "status");
  return told;
};

async function begin(): Promise<void> {
  const token = given ?? localStorage.getItem(kept);
  const answer = await fetch(`${url}/show`);
  if (!answer.ok) return later("There is no show here now");
  const show = (await answer.json()) as ShowTold;
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
  if (show.joining === "backend") return stage.replaceChildren(notice(elsewhere));
  stage.replaceChildren(joinForm(url, show, keepNew));
}

let begins = 0;
/** Looks again by itself: the doors open, and networks come back. */
function later(why: string): void {
  title.textContent = why;
  stage.replaceChildren(notice("This page looks again by itself."));
  setTimeout(enter, lookAgainMsMin + waitMs(begins++, Math.random));
}
function enter(): void {
  begin().catch(() => later("No network"));
}
enter();
