import { isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import { anError, inbox } from "../inbox.testing.ts";
import { type Report } from "./markdown.ts";
import { htmlOf } from "./letter.ts";
import { lastDue } from "./schedule.ts";

const at = (iso: string): number => Date.parse(iso);
const shown = (of: Parameters<typeof lastDue>[0], now: string): string =>
  new Date(lastDue(of, at(now))).toISOString().slice(0, 16);

test("the report is due at a time of a weekday, by the clocks of a zone", () => {
  const paris = { day: "mon", at: "09:00", zone: "Europe/Paris" } as const;
  expect(shown(paris, "2026-11-23T08:00:00Z")).toBe("2026-11-23T08:00");
  expect(shown(paris, "2026-11-23T07:59:00Z")).toBe("2026-11-16T08:00");
  expect(shown(paris, "2026-11-22T12:00:00Z")).toBe("2026-11-16T08:00");
  // Summer ended on 25 October.
  expect(shown(paris, "2026-10-25T12:00:00Z")).toBe("2026-10-19T07:00");
});

type Letter = { to: string; subject: string; text: string; html?: string };
/** A mail server that takes everything. */
function box() {
  const letters: Letter[] = [];
  const hand = (letter: Letter): Promise<object> => {
    letters.push(letter);
    return Promise.resolve({ kind: "taken", said: "250 ok" });
  };
  return { letters, post: { open: () => Promise.resolve({ hand, close: () => {} }) } };
}
const mail = { smtp: { host: "smtp.shop.example" }, from: "castor@shop.example" };
const minute = 60_000;

test("the week's report goes to its readers once, when it is due and when somebody asks", async () => {
  const { letters, post } = box();
  const to = ["ana@shop.example", "bo@shop.example"];
  // The virtual clock begins on a Thursday at midnight (UTC).
  const config = { report: { to, day: "thu", at: "00:05" } };
  await using world = await inbox({ config, mail, post });
  const { castor } = world;
  await world.store(anError("Known", "a"));
  await castor.advance(minute);
  expect(letters).toEqual([]);
  await castor.advance(10 * minute);
  expect(letters.map((each) => each.to)).toEqual(to);
  expect(letters[0]?.subject).toContain("Errors of the week: 1 errors, none before");
  expect(letters[0]?.text).toContain("- Inbox at 1: 0 before, 1 came, 0 left.");
  expect(await castor.act("errors.send-report", { to: "cy@shop.example" })).toEqual({ letters: 1 });
  await castor.advance(10 * minute);
  expect(letters.map((each) => each.to)).toEqual([...to, "cy@shop.example"]);
  const sent = castor.facts().filter(({ event }) => event.type === "errors.report-sent");
  expect(sent.map(({ event }) => (event.data as { readers: number }).readers)).toEqual([2, 1]);
  expect(JSON.stringify(castor.facts())).not.toContain("@shop.example");
});

test("without a mail server whoever asks for the report is told so", async () => {
  await using world = await inbox();
  const refused = await world.castor.act("errors.send-report", { to: "ana@shop.example" });
  expect(isRefusal(refused) && refused.problem.type).toBe("mail.not-configured");
});

test("what people are called stays text in the letter", () => {
  const report: Report = {
    ...{ from: 0, to: 1, errors: { events: 1, before: 2 }, undone: 0, weeks: [] },
    inbox: { before: 0, came: 0, left: 0, now: 0 },
    decided: [{ by: '<img src=x onerror="alert(1)">', how: "resolved", decisions: 1 }],
  };
  expect(htmlOf(report, undefined)).not.toContain("<img");
});
