import { expect, test } from "bun:test";
import type { Run } from "../contract/orders.ts";
import { PublishedHere } from "./published.ts";

const question = (id: string) => ({
  id,
  text: `Which ${id}?`,
  choices: ["a", "b"],
  windowMs: 1_000,
});
const run = (published: number): Run => ({
  ...{ run: "final", title: "The final", joining: "open", countries: null, showsRight: false },
  ...{ stageCellMin: 10, tokenMs: 1, nodes: 1, isErased: false, published },
  tokenKey: "A".repeat(22),
  questions: [{ state: "closed" }, { state: "closed" }, { state: "coming" }],
  shape: {
    ...{ id: "final", participantsMax: 10, dimensions: [{ id: "age", values: ["young", "old"] }] },
    questions: [question("one"), question("two"), question("three")],
  },
});

/** Control as a node hears it: what it has drawn, how often it was asked, and whether it is there. */
class Desk {
  drawn = new Map([[0, [200, 300, 400, null]]]);
  asked = 0;
  isAway = false;

  request = async (_: string, body: unknown): Promise<unknown> => {
    this.asked++;
    if (this.isAway) throw new Error("away");
    const cells = this.drawn.get((body as { question: number }).question);
    const total = { by: [], cells: [600, 400], threshold: 0, epsilonThousandths: 50 };
    const byAge = { by: ["age"], cells, threshold: 179, epsilonThousandths: 50 };
    return cells ? { tables: [total, byAge], at: 0, price: 100 } : null;
  };
}

const text = async (here: PublishedHere, rest: string): Promise<string> => {
  const { body } = await here.at(rest);
  return typeof body === "string" ? body : new TextDecoder().decode(body);
};

test("results are asked of control once for each publication, and told without it from then on", async () => {
  const desk = new Desk();
  const hall = { run: run(0) };
  const here = new PublishedHere(hall, desk);
  expect(await text(here, "/results")).toContain("Nothing is published yet");
  expect(desk.asked).toBe(0);

  hall.run = run(1);
  const [csv] = await Promise.all([text(here, "/results.csv"), text(here, "/results.json")]);
  expect(csv.split("\r\n")).toEqual([
    "question,choice,right,age,count,error95",
    ...["one,a,,,600,60", "one,b,,,400,60"],
    ...["one,a,,young,200,60", "one,b,,young,400,60", "one,a,,old,300,60", ""],
  ]);
  expect(desk.asked).toBe(2);
  desk.isAway = true;
  expect(await text(here, "/results")).toContain("Which one?");
  expect(JSON.parse(await text(here, "/results.json")).questions).toHaveLength(1);

  hall.run = run(2);
  await expect(here.at("/results")).rejects.toThrow("away");
  desk.isAway = false;
  desk.drawn.set(1, [900, 900, 900, 900]);
  expect(await text(here, "/results")).toContain("Which two?");
});

test("other addresses beside results are none, and what is too much to show is refused", async () => {
  const desk = new Desk();
  const here = new PublishedHere({ run: run(1) }, desk);
  for (const rest of ["/results.xml", "/results/../show", "/resultsx"])
    expect((await here.at(rest)).status).toBe(404);
  desk.drawn.set(
    0,
    Array.from({ length: 1_000_001 }, () => 1_000),
  );
  expect((await here.at("/results.csv")).status).toBe(413);
});
