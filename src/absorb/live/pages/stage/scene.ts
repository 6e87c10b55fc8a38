import type { StageQuestion, StageTold } from "../../contract/stage.ts";
import { el, letterOf, runHere, say, sizeOf } from "../dom.ts";
import { type Bar, Bars } from "./bars.ts";
import { type Paint, WorldMap } from "./map.ts";

/** Between "time is up" and the answer: long enough to hold one's breath. */
const suspenseMs = 3_500;
const countriesShownMax = 6;
const valuesShownMax = 8;
const rightColour = 2;
const names = new Intl.DisplayNames(navigator.languages, { type: "region", fallback: "code" });
const number = new Intl.NumberFormat(navigator.languages);

const nameOf = (told: StageTold, dimension: string, value: string): string =>
  dimension === told.countries && /^[A-Z]{2}$/.test(value) ? (names.of(value) ?? value) : value;

const secondsText = (ms: number): string => String(Math.ceil(Math.max(0, ms) / 1_000));
const timeText = (ms: number): string => `${(ms / 1_000).toFixed(3)} s`;

type View = "waiting" | "armed" | "countdown" | "open" | "suspense" | "answer" | "ranking";

/** What a big screen shows, rebuilt in place from whatever was told last. */
export class Scene {
  readonly #root: HTMLElement;
  readonly #title = el("h1", "title");
  readonly #crowd = el("p", "crowd");
  readonly #big = el("p", "big");
  readonly #below = el("p", "below");
  readonly #question = el("h2", "question");
  readonly #timer = el("p", "timer");
  readonly #answered = el("p", "answered");
  readonly #choices = new Bars("choices", true);
  readonly #splits = el("div", "splits");
  readonly #countries = el("div", "splits");
  readonly #ranking = el("ol", "ranking");
  readonly #results = el("p", "results");
  readonly #map: WorldMap;
  readonly #legend = el("p", "legend");
  readonly #parts = new Map<string, Bars>();
  #closedAt: { place: number; at: number } | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#map = new WorldMap("The world, by answers");
    this.#timer.setAttribute("role", "timer");
    root.append(
      el("header", "", this.#title, this.#crowd),
      el("section", "hero", this.#big, this.#below),
      el(
        "section",
        "round",
        el("div", "ask", this.#question, this.#timer),
        el("div", "left", this.#choices.element, this.#answered, this.#splits),
        el("figure", "world", this.#map.element, this.#legend, this.#countries),
      ),
      el("section", "final", this.#ranking, this.#results),
    );
  }

  /** `now` is the node's clock. */
  show(told: StageTold, now: number): void {
    const view = this.#view(told, now);
    this.#root.dataset["view"] = view;
    say(this.#title, told.title);
    say(this.#crowd, `${number.format(told.connections)} connected`);
    const { question } = told;
    if (view === "ranking") return this.#showRanking(told);
    if (view === "waiting" || view === "armed" || view === "countdown" || question === null)
      return this.#showHero(told, view, now);
    this.#showRound(told, question, { view, now });
  }

  #view({ question, ranking }: StageTold, now: number): View {
    if (ranking !== null) return "ranking";
    if (question === null) return "waiting";
    if (question.phase === "armed") return "armed";
    if (now < (question.revealAt ?? 0)) return "countdown";
    if (question.phase !== "closed") return "open";
    // A screen that comes late has not seen the question open: it needs no suspense.
    if (this.#closedAt?.place !== question.place)
      this.#closedAt = {
        place: question.place,
        at: this.#root.dataset["view"] === "open" ? now : 0,
      };
    const isQuiz = question.right !== null;
    return isQuiz && now - this.#closedAt.at < suspenseMs ? "suspense" : "answer";
  }

  #showHero(told: StageTold, view: View, now: number): void {
    const { question, questions } = told;
    const place = question === null ? "" : `Question ${question.place + 1} of ${questions}`;
    if (view === "countdown") say(this.#big, secondsText((question?.revealAt ?? now) - now));
    else say(this.#big, view === "armed" ? place : told.title);
    say(
      this.#below,
      view === "countdown" ? place : view === "armed" ? "Get ready" : "We start soon",
    );
  }

  #showRound(
    told: StageTold,
    question: StageQuestion,
    { view, now }: { view: View; now: number },
  ): void {
    const isAnswer = view === "answer";
    const right = isAnswer || (view === "open" && question.right !== null) ? question.right : null;
    const { text } = question;
    say(this.#question, text ?? "");
    this.#question.style.setProperty("--size", String(sizeOf(text ?? "")));
    const left = (question.closesAt ?? now) - now;
    say(this.#timer, view === "open" ? secondsText(left) : view === "suspense" ? "…" : "");
    this.#timer.classList.toggle("last", view === "open" && left < 10_000);
    say(
      this.#answered,
      view === "suspense"
        ? "And the answer is…"
        : `${number.format(question.answered)} answers${right !== null && question.shares ? `, ${question.shares[right] ?? 0} % right` : ""}`,
    );
    this.#choices.show(
      question.choices.map((label, choice) => ({
        ...{ colour: choice, label, percent: question.shares?.[choice] ?? null },
        ...{ isRight: right === choice, isFaded: right !== null && right !== choice },
      })),
    );
    this.#showSplits(told, question, right);
  }

  #showSplits(told: StageTold, question: StageQuestion, right: number | null): void {
    const countries = question.splits.find(({ dimension }) => dimension === told.countries);
    this.#root.classList.toggle("mapless", countries === undefined);
    this.#map.paint(
      new Map(countries?.values.map((each) => [each.value, paintOf(each, right, told)])),
    );
    say(
      this.#legend,
      right === null
        ? "Colour: what most chose. Strength: how many agree."
        : "The brighter a country, the more were right.",
    );
    for (const { dimension, values } of question.splits) {
      const bars = this.#parts.get(dimension) ?? this.#addPart(dimension, told.countries);
      const isCountries = dimension === told.countries;
      const shown = isCountries
        ? values.toSorted((a, b) => b.answered - a.answered).slice(0, countriesShownMax)
        : values.slice(0, valuesShownMax);
      // Ages and the like have an order of their own, and stay in it.
      const ordered =
        right === null || !isCountries
          ? shown
          : shown.toSorted((a, b) => of(b, right) - of(a, right));
      bars.show(
        ordered.map((each): Bar => barOf(nameOf(told, dimension, each.value), each.shares, right)),
      );
      bars.element.parentElement?.toggleAttribute("hidden", shown.length === 0);
    }
  }

  #addPart(dimension: string, countries: string | null): Bars {
    const bars = new Bars("values", false);
    const among = dimension === countries ? this.#countries : this.#splits;
    among.append(el("section", "split", el("h2", "", dimension), bars.element));
    this.#parts.set(dimension, bars);
    return bars;
  }

  #showRanking({ ranking, hasResults }: StageTold): void {
    say(this.#results, hasResults ? `All results: ${resultsHere()}` : "");
    const text = JSON.stringify(ranking);
    if (this.#ranking.dataset["told"] === text) return;
    this.#ranking.dataset["told"] = text;
    const empty = ranking?.length === 0 ? [el("li", "nobody", "Thank you for playing")] : [];
    this.#ranking.replaceChildren(
      ...empty,
      ...(ranking ?? []).map(({ rank, index, right, latencyMs, name }) =>
        el(
          "li",
          rank === 1 ? "first" : "",
          el("b", "rank", String(rank)),
          el("span", "name", name ?? `Player ${number.format(index + 1)}`),
          el("span", "score", `${right} right in ${timeText(latencyMs)}`),
        ),
      ),
    );
  }
}

/** As somebody in the last row would type it. */
const resultsHere = (): string => `${location.host}/live/${runHere()}/results`;

const of = ({ shares }: { shares: number[] }, choice: number): number => shares[choice] ?? 0;
/** Shares lie between a fifth and four fifths nearly always: the colours are spread over that. */
const strengthOf = (percent: number): number => Math.min(1, Math.max(0, (percent - 15) / 65));
const leaderOf = (shares: readonly number[]): number => shares.indexOf(Math.max(...shares));

function barOf(label: string, shares: number[], right: number | null): Bar {
  const choice = right ?? leaderOf(shares);
  const says = right === null ? `${label} · ${letterOf(choice)}` : label;
  const colour = right === null ? choice : rightColour;
  return { colour, label: says, percent: shares[choice] ?? 0, isRight: false, isFaded: false };
}

function paintOf(
  { value, shares }: { value: string; shares: number[] },
  right: number | null,
  told: StageTold,
): Paint {
  const choice = right ?? leaderOf(shares);
  const percent = shares[choice] ?? 0;
  const name = nameOf(told, told.countries ?? "", value);
  const says =
    right === null
      ? `${name}: ${percent} % chose ${letterOf(choice)}`
      : `${name}: ${percent} % right`;
  return { colour: right === null ? choice : rightColour, strength: strengthOf(percent), says };
}
