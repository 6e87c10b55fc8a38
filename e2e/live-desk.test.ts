import { afterEach, beforeAll, expect, test } from "bun:test";
import { openBrowser, type Reader } from "../src/console/journeys/reader.ts";
import { buildConsole } from "../tools/build-console.ts";
import { endAll, freePort, later, type Running, startCastor, until } from "./running.ts";

const timeoutMs = 180_000;

beforeAll(() => buildConsole(), timeoutMs);
afterEach(endAll, timeoutMs);

const quiz = {
  title: "The quiz",
  ...{ joining: "backend", participantsMax: 100 },
  questions: {
    one: { text: "Which one?", choices: ["this", "that"], right: "that" },
    two: { text: "And then?", choices: ["this", "that"] },
  },
};

const invited = async (castor: Running, reader: Reader): Promise<Reader> => {
  const { link } = (await castor.api.act("people.invite", { role: "operator" })) as {
    link: string;
  };
  await reader.join(link, "four unrelated good words", `${crypto.randomUUID()}@example.org`);
  return reader;
};

test(
  "two organisers do not undo each other's work; a relay is let in and ended by buttons; a stage comes back after its node died",
  async () => {
    const castor = await startCastor({
      config: { gateway: { workers: 1 }, live: { listen: `127.0.0.1:${freePort()}` } },
    });
    const browser = await openBrowser();
    later(() => browser.close());
    const consoleUrl = castor.console.replace("127.0.0.1", "localhost");
    await castor.api.act("live.add", { show: "quiz", definition: quiz });
    const ana = await invited(castor, await browser.reader(consoleUrl, "light"));
    const ben = await invited(castor, await browser.reader(consoleUrl, "phone"));
    for (const each of [ana, ben]) await each.visit("/live?change=quiz");

    await ben.page.getByLabel("What is asked").first().fill("Ben's words?");
    await ana.page.getByLabel("Title").fill("Ana's quiz");
    await ana.page.getByRole("button", { name: "Move question 2 up" }).click();
    await ana.page.getByRole("button", { name: "Save", exact: true }).click();
    await ana.page.getByRole("heading", { name: "Ana's quiz", exact: true }).waitFor();
    await ben.page.getByText("since you began").waitFor();
    expect(await ben.page.getByRole("button", { name: "Save", exact: true }).isDisabled()).toBe(
      true,
    );
    expect(await ben.barriers()).toEqual([]);
    await ben.page.getByRole("button", { name: "Take all of theirs" }).click();
    await ben.page.getByRole("button", { name: "Save", exact: true }).click();
    await ben.page.getByRole("heading", { name: "Ana's quiz", exact: true }).waitFor();
    const { version, definition } = (await castor.api.ask("live.definition", { show: "quiz" })) as {
      version: number;
      definition: typeof quiz;
    };
    expect(version).toBe(3);
    expect(Object.entries(definition.questions).map(([id, { text }]) => [id, text])).toEqual([
      ["two", "And then?"],
      ["one", "Ben's words?"],
    ]);

    await castor.api.act("live.open-doors", { show: "quiz" });
    await ana.visit("/live?show=quiz");
    await ana.page.getByRole("button", { name: "Relays" }).click();
    const relays = ana.page.getByRole("dialog");
    await relays.getByLabel("Name").fill("app");
    await relays.getByRole("button", { name: "Let it in" }).click();
    await relays.getByText("shown this once").waitFor();
    expect(await ana.barriers()).toEqual([]);
    expect((await castor.log("live.relay-admitted")).length).toBe(1);
    await relays.getByRole("button", { name: /^End/ }).first().click();
    await until("the relay is ended", async () => (await castor.log("live.relay-ended")).length);

    const { stage } = (await castor.api.act("live.links", { show: "quiz" })) as { stage: string };
    await until("the node runs", () => castor.pidOf("live-0") > 0);
    const screen = await browser.reader(consoleUrl, "dark");
    screen.expectComplaint(/ERR_|Failed to load/);
    await screen.page.goto(stage);
    await screen.page.getByText("We start soon").waitFor();
    const soon = screen.page.getByText("One moment…");
    await soon.waitFor({ state: "hidden" });
    const back = screen.page.waitForResponse((told) => /\/stage\?/.test(told.url()) && told.ok());
    process.kill(castor.pidOf("live-0"), "SIGKILL");
    await back;
    await soon.waitFor({ state: "hidden" });
    // A link that was edited, or is over, is told from a node that is away.
    await screen.page.goto(stage.replace(/#t=./, "#t=x"));
    await screen.page.reload();
    await screen.page.getByText("not good any more").waitFor();
    expect([...ana.complaints, ...ben.complaints, ...screen.complaints]).toEqual([]);
  },
  timeoutMs,
);
