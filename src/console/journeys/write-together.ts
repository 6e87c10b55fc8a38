import { expect } from "bun:test";
import type { Reader } from "./reader.ts";

const text = ({ page }: Reader) => page.getByRole("textbox", { name: "Contributing factors" });

/** Declares an incident and ends it, so that the draft of its post-mortem stands. */
async function endIncident({ page, visit }: Reader): Promise<void> {
  await visit("/incidents");
  await page.evaluate(async () => {
    for (const [verb, input] of [
      ["declare", { title: "Nobody can pay", services: ["shop"] }],
      ["status", { incident: "inc-1", to: "mitigating" }],
      ["resolve", { incident: "inc-1" }],
    ] as const)
      await fetch(`/api/incidents.${verb}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(input),
      });
  });
}

/** Both begin with the draft; the second to save is shown the first one's text, and puts both together. */
export async function writeTogether(first: Reader, second: Reader): Promise<void> {
  await endIncident(first);
  await first.visit("/post-mortems");
  await first.page.getByRole("link", { name: /^Nobody can pay/ }).click();
  await first.page.getByRole("link", { name: "Write", exact: true }).click();
  await second.visit("/post-mortems?id=pm-1&view=write");
  await text(second).fill("Twenty connections for forty clients.");
  await text(first).fill("The team should have known.");
  await first.page.getByText("“should have”").waitFor();
  second.expectComplaint(/status of 409/);
  await text(first).blur();
  const told = second.page.getByText("has written here since you began");
  await told.waitFor();
  expect(await second.barriers()).toEqual([]);
  await text(second).fill("Twenty connections; nobody could see how many waited.");
  await second.page.getByRole("button", { name: "Save mine as it is above" }).click();
  await told.waitFor({ state: "hidden" });
  await first.page.waitForFunction(() =>
    [...document.querySelectorAll("textarea")].some(({ value }) => /nobody could/.test(value)),
  );
  await first.page.getByRole("button", { name: "Versions of Contributing factors" }).click();
  await first.page.getByRole("listitem").getByText("The team should have known.").waitFor();
}
