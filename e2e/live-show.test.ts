import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import type { FinalistNow } from "../src/absorb/live/contract.ts";
import { openBrowser } from "../src/console/journeys/reader.ts";
import { buildConsole } from "../tools/build-console.ts";
import { breakableLine } from "./live-line.ts";
import { endAll, freePort, later, type Running, startCastor, until } from "./running.ts";

const timeoutMs = 120_000;
const awayMs = 10_000;
/** Pictures for the documentation, where somebody wants them. */
const pictures = Bun.env["CASTOR_PICTURES"];

beforeAll(() => buildConsole(), timeoutMs);
afterEach(endAll, timeoutMs);

const question = (text: string, right: string) => ({
  ...{ text, right, window: "25s" },
  choices: ["Kiss You", "What Makes You Beautiful", "Little Things"],
});
const show = {
  ...{ title: "The final night", participantsMax: 1_000, finalists: 3, keepAnswers: "1s" },
  dimensions: { country: "countries", age: ["under 18", "18 to 24", "25 and over"] },
  privacy: { stageCellMin: 10 },
  questions: {
    opening: question("Which song opened the first concert?", "Little Things"),
    encore: question("Which one was always the encore?", "Kiss You"),
    single: question("Which was the first single?", "What Makes You Beautiful"),
  },
};

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

async function asks(
  castor: Running,
  id: string,
  players: readonly Page[],
  choices: readonly string[],
): Promise<void> {
  await castor.api.act("live.arm", { show: "final-night", question: id });
  await castor.api.act("live.reveal", { show: "final-night", question: id, in: "1s" });
  for (const [at, player] of players.entries()) {
    await choose(player, choices[at] ?? "");
    await safe(player);
  }
  await castor.api.act("live.close", { show: "final-night", question: id });
}

test(
  "a whole show: three phones, a stage, three questions and a ranking, with one phone cut off for ten seconds",
  async () => {
    const port = freePort();
    const castor = await startCastor({
      config: {
        gateway: { workers: 1 },
        live: { listen: `127.0.0.1:${port}`, shows: { "final-night": show } },
      },
    });
    const browser = await openBrowser();
    later(() => browser.close());
    const consoleUrl = castor.console.replace("127.0.0.1", "localhost");
    const organiser = await browser.reader(consoleUrl, "light");
    const { link } = (await castor.api.act("people.invite", { role: "admin" })) as { link: string };
    await organiser.join(link, "four unrelated good words");
    await organiser.visit("/live");
    const desk = organiser.page;
    await desk.getByRole("button", { name: "Open the doors" }).click();
    const doors = desk.getByRole("dialog", { name: "Open the doors: The final night?" });
    await doors.getByRole("button", { name: "Open the doors" }).click();
    await desk.getByText("doors open").waitFor();
    await until("the node runs", () => castor.pidOf("live-0") > 0);
    await desk.getByRole("button", { name: "Phones and stage" }).click();
    const links = desk.getByRole("dialog", { name: "Where it is" });
    await links.locator("code").nth(1).waitFor();
    const [playUrl = "", stageUrl = ""] = await links.locator("code").allTextContents();
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

    // The first question is the organiser's, by hand; the third phone is cut off once it has seen it.
    await desk.getByRole("button", { name: "Arm: opening" }).click();
    await stage.getByText("Get ready").waitFor();
    await desk.getByLabel("Reveal when").selectOption("in 3 seconds");
    await desk.getByRole("button", { name: "Reveal: opening" }).click();
    await third.getByRole("heading", { name: "Which song opened the first concert?" }).waitFor();
    line.cut();
    const cutAt = performance.now();
    await choose(third, "Little Things");
    await third.getByText("your answer is kept").waitFor();
    await choose(first, "Little Things");
    await choose(second, "Kiss You");
    await Promise.all([safe(first), safe(second)]);
    await stage.getByRole("heading", { name: "Which song opened the first concert?" }).waitFor();
    expect([...(await phone.barriers()), ...(await screen.barriers())]).toEqual([]);
    await picture(third, "live-player-offline");
    await picture(desk, "live-console");
    expect(await organiser.barriers()).toEqual([]);
    await until("ten seconds are over", () => performance.now() - cutAt >= awayMs);
    line.mend();
    await safe(third);
    await desk.getByRole("button", { name: "Close now: opening" }).click();
    await stage.getByText("And the answer is…").waitFor();
    await stage.locator(".bar.right", { hasText: "Little Things" }).waitFor();
    await picture(stage, "live-stage");

    await asks(castor, "encore", players, ["Kiss You", "Kiss You", "Kiss You"]);
    await asks(castor, "single", players, [
      "What Makes You Beautiful",
      "Little Things",
      "Kiss You",
    ]);
    await castor.api.act("live.publish", { show: "final-night", question: "opening" });
    await castor.api.act("live.finish", { show: "final-night" });
    await first.getByText("You are in the final ranking!").waitFor();
    await first.getByLabel("Your name").fill("Ana Liva");
    await first.getByLabel("How we reach you").fill("ana@example.org");
    await first.getByRole("checkbox").check();
    expect(await phone.barriers()).toEqual([]);
    await picture(first, "live-player-final");
    await first.getByRole("button", { name: "Tell the show" }).click();
    await first.getByText("the show knows who you are").waitFor();
    await stage.getByText("Ana Liva").waitFor();

    const { finalists } = (await castor.api.ask("live.finalists", { show: "final-night" })) as {
      finalists: FinalistNow[];
    };
    expect(finalists.map(({ right, name }) => [right, name])).toEqual([
      [3, "Ana Liva"],
      [2, null],
      [1, null],
    ]);
    await desk.getByText("Ana Liva").waitFor();
    const onAir = (await castor.api.ask("live.on-air", { show: "final-night" })) as {
      recorded: number;
    };
    expect(onAir.recorded).toBe(9);
    await until(
      "the erasure is proven",
      async () => (await castor.log("live.erased")).length === 1,
    );
    expect(rawFilesIn(join(castor.data, "outposts/live-0/final-night"))).toEqual([]);
    expect(organiser.complaints).toEqual([]);
  },
  timeoutMs,
);
