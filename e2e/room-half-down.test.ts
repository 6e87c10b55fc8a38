import { afterEach, beforeAll, expect, test } from "bun:test";
import { buildConsole } from "../tools/build-console.ts";
import { allServe, endAll, startCastor, until } from "./running.ts";
import { operator, picture, rowsOf } from "./story/night.ts";

const timeoutMs = 180_000;
beforeAll(() => buildConsole(), timeoutMs);
afterEach(endAll, timeoutMs);

const config = {
  gateway: { workers: 1 },
  alerts: { intakes: { prometheus: { format: "alertmanager", token: "t".repeat(32) } } },
};
const [noAlerts, noWorkers, noControl] = [
  "The process that takes alerts is away",
  "No gateway worker runs: visitors are not served",
  "Control does not answer from here",
] as const;

test(
  "a room that is open says which parts of Castor go down, keeps what is written meanwhile, and is whole again afterwards",
  async () => {
    const castor = await startCastor({ config });
    await allServe(castor, 1);
    const { processes } = castor;
    const pidOf = (what: RegExp): number => {
      const found = processes().find(({ id }) => what.test(id));
      if (!found) throw new Error(`No ${what} among ${processes().map(({ id }) => id)}`);
      return found.identity.pid;
    };
    await until("the intake answers", () => castor.api.ask("alerts.now").then(() => true));
    await castor.api.act("incidents.declare", { title: "Nobody can pay", severity: "sev1" });
    const { page, visit, barriers, expectComplaint } = await operator(castor);
    expectComplaint(/ERR_|status of 50[234]|Failed to load/);
    page.setDefaultTimeout(60_000);
    await visit("/incidents?incident=inc-1");
    const banner = page.getByRole("alert").filter({ hasText: "A part of Castor is down" });
    expect(await banner.count()).toBe(0);

    // Nobody starts anything again from here on.
    process.kill(castor.keeperPid(), "SIGKILL");
    for (const part of [/intake/, /gateway|worker/]) process.kill(pidOf(part), "SIGKILL");
    await banner.getByText(noAlerts).waitFor();
    await banner.getByText(noWorkers).waitFor();
    await picture(page, "half-down");
    expect(await barriers()).toEqual([]);

    process.kill(pidOf(/control/), "SIGKILL");
    await banner.getByText(noControl).waitFor();
    await banner.getByText("no gateway worker ran either").waitFor();
    await page.getByLabel("A note for the timeline").fill("Written in the dark");
    await page.getByRole("button", { name: "Note it" }).click();
    await banner.getByText("1 note is kept in this browser").waitFor();
    expect(await page.getByText("Written in the dark").count()).toBe(1);
    await picture(page, "all-down");

    const again = await startCastor({ after: castor });
    await banner.waitFor({ state: "detached" });
    const noted = await until("the note is on the timeline", async () => {
      const rows = await rowsOf(again);
      const found = rows.filter(({ says }) => says.includes("Written in the dark"));
      return found.length > 0 && found;
    });
    expect(noted).toHaveLength(1);
    await page.getByText("goes out as soon as the line is back").waitFor({ state: "detached" });
    await page.getByText("Written in the dark").waitFor();
    expect(await page.getByText("Written in the dark").count()).toBe(1);
  },
  timeoutMs,
);
