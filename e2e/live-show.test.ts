import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import type { FinalistNow } from "../src/absorb/live/contract.ts";
import { openBrowser } from "../src/console/journeys/reader.ts";
import { buildConsole } from "../tools/build-console.ts";
import { breakableLine } from "./live-line.ts";
import { endAll, freePort, later, startCastor, until } from "./running.ts";

const timeoutMs = 180_000;
const awayMs = 10_000;
/** Pictures for the documentation, where somebody wants them. */
const pictures = Bun.env["CASTOR_PICTURES"];

beforeAll(() => buildConsole(), timeoutMs);
afterEach(endAll, timeoutMs);

/** In the order in which they are asked; the right one is the last. */
const questions = [
  ["Which song opened the first concert?", "Kiss You", "What Makes You Beautiful", "Little Things"],
  ["Which one was always the encore?", "Little Things", "Kiss You"],
  ["Which was the first single?", "Kiss You", "Little Things", "What Makes You Beautiful"],
] as const;
const nameOf = (place: number): string => `question-${place + 1}`;

/** Plans the show in the console's form, as somebody who has never seen it would. */
async function plans(desk: Page): Promise<void> {
  await desk.getByRole("button", { name: "Plan a show" }).first().click();
  await desk.getByLabel("Title").fill("The final night");
  await desk.getByLabel("How many may join").fill("1000");
  for (const [place, [text, ...choices]] of questions.entries()) {
    if (place > 0) await desk.getByRole("button", { name: "Add a question" }).click();
    const item = desk.getByRole("listitem").filter({ hasText: `Question ${place + 1}` });
    await item.getByLabel("What is asked").fill(text);
    for (const [at, choice] of choices.entries()) {
      if (at > 1) await item.getByRole("button", { name: "Add a choice" }).click();
      await item.getByLabel(`Choice ${letters[at]}`, { exact: true }).fill(choice);
    }
    await item.getByLabel(`${letters[choices.length - 1]} is right`).check();
    await item.getByLabel("Answers are taken for").fill(place === 0 ? "soon" : "3m");
  }
  await desk.getByRole("button", { name: "Countries" }).click();
  await desk.getByRole("button", { name: "Another group" }).click();
  await desk.getByText("Ending, keeping, privacy").click();
  await desk.getByLabel("Finalists named").fill("3");
  await desk.getByLabel("Who answered what is erased after").fill("1s");
  await desk.getByLabel("The stage is silent below").fill("10");
  await desk.getByRole("button", { name: "Plan the show" }).click();
  // What was typed stays, with what is wrong beside it.
  const first = desk.getByRole("listitem").filter({ hasText: "Question 1" });
  await first.getByText("Write a duration such as").waitFor();
  await first.getByLabel("Answers are taken for").fill("3m");
  await desk.getByRole("button", { name: "Plan the show" }).click();
  await desk.getByRole("heading", { name: "The final night" }).waitFor();
}
const letters = ["A", "B", "C"] as const;

const picture = async (page: Page, name: string): Promise<void> => {
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png` });
};

/** A phone that joins by itself: it says a country and an age, and nothing else. */
async function joins(page: Page, url: string, age: string): Promise<void> {
  await page.goto(url);
  await page.locator("select[name=country]").selectOption("FR");
  await page.locator("select[name=age]").selectOption(age);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByText("The next question comes by itself").waitFor();
}

/** Files of a run that can tell who answered what: kept first answers, and logs with a record in them. */
function rawFilesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => {
    if (name.startsWith("first-")) return true;
    return (
      name.startsWith("answers-") && readFileSync(join(folder, name)).some((byte) => byte !== 0)
    );
  });
}

const choose = (page: Page, text: string): Promise<void> =>
  page.getByRole("button", { name: text }).click();
const safe = (page: Page): Promise<void> => page.getByText("Your answer is safe.").waitFor();

/** A question as the organiser asks it, by buttons alone, until everybody sees it. */
async function asks(desk: Page, stage: Page, place: number): Promise<void> {
  const [text] = questions[place] ?? [];
  await desk.getByRole("button", { name: `Arm: ${nameOf(place)}` }).click();
  await stage.getByText("Get ready").waitFor();
  await desk.getByLabel("Reveal when").selectOption("in 3 seconds");
  await desk.getByRole("button", { name: `Reveal: ${nameOf(place)}` }).click();
  await stage.getByRole("heading", { name: text ?? "" }).waitFor();
}

/** Its end, and what is told of it: also by buttons alone. */
async function tells(desk: Page, stage: Page, place: number): Promise<void> {
  await desk.getByRole("button", { name: `Close now: ${nameOf(place)}` }).click();
  await stage.getByText("And the answer is…").waitFor();
  await stage.locator(".bar.right", { hasText: questions[place]?.at(-1) ?? "" }).waitFor();
  await desk.getByRole("button", { name: `Publish: ${nameOf(place)}` }).click();
  const cue = desk.getByRole("listitem").filter({ hasText: nameOf(place) });
  await cue.getByText("published", { exact: true }).waitFor();
}

test(
  "a whole show from the console: planned, three phones, a stage, three questions, results and a ranking, with one phone cut off for ten seconds",
  async () => {
    const port = freePort();
    const castor = await startCastor({
      config: { gateway: { workers: 1 }, live: { listen: `127.0.0.1:${port}` } },
    });
    const browser = await openBrowser();
    later(() => browser.close());
    const consoleUrl = castor.console.replace("127.0.0.1", "localhost");
    const organiser = await browser.reader(consoleUrl, "light");
    const { link } = (await castor.api.act("people.invite", { role: "admin" })) as { link: string };
    await organiser.join(link, "four unrelated good words");
    await organiser.visit("/live");
    const desk = organiser.page;
    organiser.expectComplaint(/422/);
    await plans(desk);
    await desk.getByRole("button", { name: "Open the doors" }).click();
    const doors = desk.getByRole("dialog", { name: "Open the doors: The final night?" });
    await doors.getByRole("button", { name: "Open the doors" }).click();
    await desk.getByText("doors open").waitFor();
    await until("the node runs", () => castor.pidOf("live-0") > 0);
    await desk.getByRole("button", { name: "Phones and stage" }).click();
    const links = desk.getByRole("dialog", { name: "Where it is" });
    await links.locator("code").nth(2).waitFor();
    const [playUrl = "", stageUrl = "", resultsUrl = ""] = await links
      .locator("code")
      .allTextContents();
    await desk.keyboard.press("Escape");

    const line = breakableLine(port);
    later(() => line.end());
    const window = async (look: "phone" | "dark") => browser.reader(consoleUrl, look);
    const [screen, phone] = [await window("dark"), await window("phone")];
    const [stage, first] = [screen.page, phone.page];
    const [second, third] = [(await window("phone")).page, (await window("phone")).page];
    const players = [first, second, third];
    await stage.goto(stageUrl);
    await stage.getByText("We start soon").waitFor();
    const ages = ["under 18", "18 to 24", "25 and over"];
    for (const [at, player] of players.entries())
      await joins(
        player,
        player === third ? playUrl.replace(String(port), String(line.port)) : playUrl,
        ages[at] ?? "",
      );

    // The third phone is cut off once it has seen the question, and answers without a network.
    await asks(desk, stage, 0);
    await third.getByRole("heading", { name: questions[0][0] }).waitFor();
    line.cut();
    const cutAt = performance.now();
    await choose(third, "Little Things");
    await third.getByText("your answer is kept").waitFor();
    await choose(first, "Little Things");
    await choose(second, "Kiss You");
    await Promise.all([safe(first), safe(second)]);
    expect([...(await phone.barriers()), ...(await screen.barriers())]).toEqual([]);
    await picture(third, "live-player-offline");
    await picture(desk, "live-console");
    expect(await organiser.barriers()).toEqual([]);
    await until("ten seconds are over", () => performance.now() - cutAt >= awayMs);
    line.mend();
    await safe(third);
    await tells(desk, stage, 0);
    await picture(stage, "live-stage");

    for (const [place, choices] of [
      [1, ["Kiss You", "Kiss You", "Kiss You"]],
      [2, ["What Makes You Beautiful", "Little Things", "Kiss You"]],
    ] as const) {
      await asks(desk, stage, place);
      for (const [at, player] of players.entries()) {
        await choose(player, choices[at] ?? "");
        await safe(player);
      }
      await tells(desk, stage, place);
    }

    await desk.getByRole("button", { name: "End the show" }).click();
    const end = desk.getByRole("dialog", { name: "End The final night?" });
    await end.getByRole("button", { name: "End the show" }).click();
    await first.getByText("You are in the final ranking!").waitFor();
    await first.getByLabel("Your name").fill("Ana Liva");
    await first.getByLabel("How we reach you").fill("ana@example.org");
    await first.getByRole("checkbox").check();
    expect(await phone.barriers()).toEqual([]);
    await picture(first, "live-player-final");
    await first.getByRole("button", { name: "Tell the show" }).click();
    await first.getByText("the show knows who you are").waitFor();
    await stage.getByText("Ana Liva").waitFor();
    // Also after the page was loaded anew it is hers to take back, and to tell again.
    await first.reload();
    await first.getByRole("button", { name: "Take it back" }).click();
    await first.getByText("It is erased.").waitFor();
    await stage.getByText("Ana Liva").waitFor({ state: "detached" });
    await first.getByLabel("Your name").fill("Ana Liva");
    await first.getByLabel("How we reach you").fill("ana@example.org");
    await first.getByRole("checkbox").check();
    await first.getByRole("button", { name: "Tell the show" }).click();
    await first.getByText("the show knows who you are").waitFor();
    await stage.getByText("Ana Liva").waitFor();
    await stage.getByText("/live/the-final-night/results").waitFor();
    expect(await screen.barriers()).toEqual([]);
    await picture(stage, "live-stage-final");
    await desk.getByText("Ana Liva").waitFor();
    await picture(desk, "live-console-final");

    // Three people are too few to tell anything of: their results say that, or, rarely, chance alone with how far it is off.
    const reader = await window("phone");
    await second.getByRole("link", { name: "See the results" }).waitFor();
    await reader.page.goto(resultsUrl);
    await reader.page.getByRole("heading", { name: "Which was the first single?" }).waitFor();
    const said = reader.page.getByText(/Too few people answered|off by chance, on purpose/);
    expect(await said.count()).toBe(3);
    expect(await reader.barriers()).toEqual([]);
    const csv = await fetch(`${resultsUrl}.csv`);
    // Of all together only, and nothing of a country or an age.
    const [head, ...lines] = (await csv.text()).trimEnd().split("\r\n");
    expect(head).toBe("question,choice,right,country,age,count,error95");
    expect(lines).toHaveLength(8);
    for (const line of lines) expect(line).toMatch(/,(true|false),,,\d+,88$/);

    const { finalists } = (await castor.api.ask("live.finalists", {
      show: "the-final-night",
    })) as { finalists: FinalistNow[] };
    expect(finalists.map(({ right, name }) => [right, name])).toEqual([
      [3, "Ana Liva"],
      [2, null],
      [1, null],
    ]);
    const onAir = (await castor.api.ask("live.on-air", { show: "the-final-night" })) as {
      recorded: number;
    };
    expect(onAir.recorded).toBe(9);
    await until(
      "the erasure is proven",
      async () => (await castor.log("live.erased")).length === 1,
    );
    expect(rawFilesIn(join(castor.data, "outposts/live-0/the-final-night"))).toEqual([]);
    expect(organiser.complaints).toEqual([]);
  },
  timeoutMs,
);
