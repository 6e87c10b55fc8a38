import { isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import { unknownItem, wrongState } from "./contract.ts";
import { dayMs, night } from "./world.testing.ts";

const postMortem = "pm-1";
const typeOf = (value: unknown): unknown => (isRefusal(value) ? value.problem.type : value);

test("people outside read what was written for them, once it is reviewed, and the exam hears of it", async () => {
  const { castor, run, act, incident, whole } = await night();
  await using _ = castor;
  await incident();
  const text = "One of eight payments failed.";
  expect(typeOf(await act("tell-outside", { postMortem }))).toBe(wrongState.type);
  await run("write", { postMortem, section: "outside", text, base: 0 });
  await castor.advance(2 * dayMs);
  for (const to of ["in-review", "reviewed"]) await run("move", { postMortem, to });
  expect(await act("tell-outside", { postMortem })).toEqual({ postMortem });
  const posted = castor.facts().find(({ event }) => event.type === "status-page.posted");
  expect(posted?.event.data).toMatchObject({
    incident: "inc-1",
    stage: "postmortem",
    text: { en: text },
  });
  const report = (await whole()).exam.find(({ criterion }) => criterion === "external-report");
  expect(report?.found).toMatchObject({ score: 1, evidence: [posted?.position] });
});

test("where nothing was written for people outside, nothing is posted", async () => {
  const { castor, run, act, incident } = await night();
  await using _ = castor;
  await incident();
  for (const to of ["in-review", "reviewed"]) await run("move", { postMortem, to });
  expect(typeOf(await act("tell-outside", { postMortem }))).toBe(unknownItem.type);
  expect(castor.types()).not.toContain("status-page.posted");
});
