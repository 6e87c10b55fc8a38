import { afterAll, beforeAll, expect, test } from "bun:test";
import { buildConsole } from "../../tools/build-console.ts";
import { type RunningCastor, startCastor } from "./journeys/castor.testing.ts";
import { openBrowser } from "./journeys/reader.ts";

const TIME_LIMIT_MS = 90_000;
// Nobody listens there.
const ntfy = "{ kind: ntfy, server: http://127.0.0.1:9, topic: of-a-journey }";
const paging = `paging:
  people:
    ann: { channels: [${ntfy}] }
    jo: { account: jo@example.org, channels: [${ntfy}] }
`;

let castor: RunningCastor;
let browser: Awaited<ReturnType<typeof openBrowser>>;
beforeAll(async () => {
  await buildConsole();
  [castor, browser] = await Promise.all([startCastor(paging), openBrowser()]);
}, TIME_LIMIT_MS);
afterAll(async () => {
  await Promise.all([browser.close(), castor.stop()]);
}, TIME_LIMIT_MS);

test(
  "somebody adds a channel, makes it the first, hears why it fails, removes one, and goes back to the file's",
  async () => {
    const reader = await browser.reader(castor.console, "phone");
    const { page } = reader;
    const button = (name: string) => page.getByRole("button", { name, exact: true });
    const channels = page.getByRole("button", { name: /^Test (E-mail|ntfy)$/ });
    await reader.join(
      await castor.invite("responder"),
      "four unrelated good words",
      "jo@example.org",
    );
    await reader.visit("/settings/pages");
    await button("Add a channel").click();
    await page.getByLabel("Over what").selectOption("email");
    await page.getByLabel("Address").fill("jo@example.org");
    expect(await reader.barriers()).toEqual([]);
    await button("Add it").click();
    await button("Change E-mail").click();
    await page.getByLabel("Its place").selectOption("first");
    expect(await reader.barriers()).toEqual([]);
    await button("Save").click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(await channels.allTextContents()).toHaveLength(2);
    expect(await channels.first().getAttribute("aria-label")).toBe("Test E-mail");
    // What is asked for after the test is answered late, and as it was before the stream told why it failed.
    const response = await page.request.get(`${castor.console}/api/paging.people`);
    const isOvertaken = Promise.withResolvers<void>();
    await page.route("**/api/paging.people", async (route) => {
      if (route.request().headers()["accept"] !== "application/json") return await route.continue();
      await page.getByText("Set mail.smtp.host and mail.from").waitFor();
      await route.fulfill({ response });
      return isOvertaken.resolve();
    });
    await button("Test E-mail").click();
    await isOvertaken.promise;
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => drawn(null))));
    await page.getByText("Set mail.smtp.host and mail.from").waitFor();
    await page.unroute("**/api/paging.people");
    await button("Change ntfy").click();
    await button("Remove").click();
    await page
      .getByRole("dialog", { name: "Remove ntfy?" })
      .getByText("Remove", { exact: true })
      .click();
    await button("Test ntfy").waitFor({ state: "hidden" });
    await button("Use those of the file").click();
    await page.getByRole("dialog").getByRole("button", { name: "Use those of the file" }).click();
    await button("Test ntfy").waitFor();
    expect(reader.complaints).toEqual([]);
    await reader.close();
  },
  TIME_LIMIT_MS,
);
