import { afterEach, beforeAll, expect, test } from "bun:test";
import { isServerHere } from "../src/platform/mail/smtp-server.testing.ts";
import { buildConsole } from "../tools/build-console.ts";
import { endAll, later, until } from "./running.ts";
import { startBuyers } from "./story/buyers.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Parser from "rss-parser";
import { linkIn, night, operator, picture, plain, rowsOf, stranger } from "./story/night.ts";

const timeoutMs = 400_000;
beforeAll(() => buildConsole(), timeoutMs);
afterEach(endAll, timeoutMs);

test.skipIf(!isServerHere)(
  "a bad release on a crowded evening, from the first error to the post-mortem, and nobody types a time",
  async () => {
    const { castor, deploy, letters, during, moments, elsewhere } = await night();
    const buyers = startBuyers(castor.gateway, 12);
    later(() => buyers.leave());
    await until("people buy", () => buyers.paid() > 50);
    const desk = await operator(castor);
    const { page } = desk;
    const rosa = await stranger(castor, "phone");
    await rosa.page.goto(`${castor.console}/status/`);
    await rosa.page.getByRole("link", { name: "Get updates" }).click();
    await rosa.page.getByLabel("E-mail address").fill("rosa@river.example");
    await rosa.page.getByRole("button", { name: "Subscribe" }).click();
    const asked = await letters.to("rosa@river.example", "press the button");
    await rosa.page.goto(linkIn(asked, "press the button:"));
    await rosa.page.getByRole("button", { name: "Yes, tell me" }).click();
    await rosa.page.getByText("Done: you will be told").waitFor();

    // A release in which nobody can pay: one page for all that it brings.
    const bad = ["settings.config-applied", "errors.created", "errors.spiked", "alerts.rule-fired"];
    const call = await during([...bad, "paging.triggered", "paging.accepted"], async () => {
      deploy("2.5.0");
      await until("nobody can pay", () => buyers.failed() > 3);
      const letter = await letters.to("ann@shop.example", "Acknowledge:");
      await until("the errors spike and the budget burns", async () => {
        const found = await castor.log("errors.spiked", "alerts.rule-fired");
        return new Set(found.map(({ type }) => type)).size === 2;
      });
      return letter;
    });
    expect(await castor.log("paging.triggered")).toHaveLength(1);

    // Whoever was woken has a phone in their hand.
    const phone = await stranger(castor, "phone");
    await during(["paging.seen"], () => phone.page.goto(linkIn(call, "Look at it:")));
    await picture(phone.page, "1-the-page");
    expect(await phone.barriers()).toEqual([]);
    await during(["paging.acknowledged"], async () => {
      await phone.page.getByRole("button", { name: "Acknowledge" }).click();
      await phone.page.getByText("You see to it").waitFor();
    });

    // It is declared, and everybody meets in one room.
    await desk.visit("/incidents");
    await during(["incidents.declared"], async () => {
      await page.getByRole("button", { name: "Declare an incident" }).click();
      const declare = page.getByRole("dialog", { name: "What goes wrong?" });
      await declare.getByLabel("What can people not do?").fill("Nobody can pay");
      await declare.getByLabel("Which service?").selectOption("shop");
      await declare.getByRole("button", { name: "Declare it" }).click();
      await page.getByRole("heading", { name: "Nobody can pay" }).waitFor();
    });
    await during(["incidents.noted"], async () => {
      await page.getByLabel("A note for the timeline").fill("It began with **2.5.0**. Going back.");
      await page.keyboard.press("Enter");
      // Drawn as Markdown once the log has it.
      await page.getByRole("log").locator("strong", { hasText: "2.5.0" }).waitFor();
    });
    await page.evaluate(() => scrollTo(0, 0));
    await picture(page, "2-the-room");

    // People outside hear of it: the facts made the draft, a person sends it.
    await desk.visit("/status-page");
    await page.getByRole("button", { name: "Write from the facts" }).click();
    const write = page.getByRole("dialog", { name: "Nobody can pay" });
    await write.getByLabel("What can people not do? (English)").fill("Nobody can pay");
    await write.getByLabel("How far").selectOption("identified");
    await write
      .getByLabel("What there is to say (English)")
      .fill("Nobody can pay right now. We are going back to the version of this morning.");
    await write.getByLabel("Shop").selectOption("major_outage");
    await picture(page, "3-what-people-are-told");
    await during(["status-page.posted"], async () => {
      await write.getByRole("button", { name: "Publish" }).click();
      await page.getByRole("button", { name: "Write the next update" }).waitFor();
    });
    const told = await letters.to("rosa@river.example", "going back to the version");
    expect(plain(told)).toContain("Nobody can pay");
    const shown = (file: string): string => readFileSync(join(elsewhere, file), "utf8");
    await until("the copy elsewhere says so", () => shown("index.html").includes("Nobody can pay"));
    const feed = await new Parser().parseString(shown("history.rss"));
    expect(feed.items).toMatchObject([{ title: expect.stringContaining("Nobody can pay") }]);
    await rosa.page.goto(`${castor.console}/status/`);
    await picture(rosa.page, "4-the-status-page");

    // Back to what worked.
    await during(["settings.config-applied", "catalog.service-changed"], async () => {
      deploy("2.4.0");
      const paid = buyers.paid();
      await until("people can pay again", () => buyers.paid() > paid + 20);
    });
    await during(["incidents.moved"], async () => {
      await castor.api.act("incidents.status", { incident: "inc-1", to: "monitoring" });
    });
    await during(["incidents.moved"], async () => {
      await castor.api.act("incidents.resolve", { incident: "inc-1", says: "Back on 2.4.0" });
    });

    await desk.visit("/status-page");
    await during(["status-page.posted"], async () => {
      await page.getByRole("button", { name: "Write the next update" }).click();
      await write.getByLabel("How far").selectOption("resolved");
      await write
        .getByLabel("What there is to say (English)")
        .fill("You can pay again. We are sorry.");
      await write.getByLabel("Shop").selectOption("operational");
      await write.getByRole("button", { name: "Publish" }).click();
      await page
        .getByRole("button", { name: "Write the next update" })
        .waitFor({ state: "hidden" });
    });
    await letters.to("rosa@river.example", "You can pay again");

    // The post-mortem has been written by the log.
    const rows = await rowsOf(castor);
    const isTold = ({ type, from, to }: (typeof moments)[number]): boolean =>
      rows.some((row) => row.type === type && row.at >= from && row.at <= to);
    expect(moments.filter((moment) => !isTold(moment))).toEqual([]);
    expect(rows.map(({ at }) => at)).toEqual(rows.map(({ at }) => at).toSorted((a, b) => a - b));
    for (const { position, at, says } of rows)
      expect(await castor.api.ask("log.event", { position })).toMatchObject({
        event: { position, at, says },
      });
    const timed = await castor.log("incidents.timed");
    expect(timed.map(({ by }) => by.kind)).toEqual(timed.map(() => "system"));
    for (const { link, says } of new Map(rows.map((row) => [row.type, row])).values()) {
      await desk.visit(link);
      const evidence = link.startsWith("/log") ? says.slice(0, 60) : "good.price.cents";
      await page.getByText(evidence).first().waitFor();
    }
    const { postMortem } = await until("the draft stands", async () => {
      const found = (await castor.api.ask("post-mortems.show", { postMortem: "pm-1" })) as {
        postMortem: { title: string; timeline: { type: string }[] } | null;
      };
      return found.postMortem === null ? undefined : { postMortem: found.postMortem };
    });
    expect(postMortem.title).toContain("Nobody can pay");
    await desk.visit("/post-mortems?id=pm-1");
    await page.getByText("Nobody can pay").first().waitFor();
    await picture(page, "5-the-post-mortem");
    expect(await desk.barriers()).toEqual([]);
    expect(desk.complaints).toEqual([]);
  },
  timeoutMs,
);
