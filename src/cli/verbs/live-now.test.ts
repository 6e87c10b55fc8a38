import { expect, test } from "bun:test";
import type { OnAir, ShowNow } from "../../absorb/live/contract.ts";
import { stepsOf, troublesOf } from "./live-now.ts";

type Phase = ShowNow["questions"][number]["phase"];

/** The commands that are offered, for a show in some stage with questions in some phases. */
const commands = (stage: ShowNow["stage"], ...phases: Phase[]): string[] => {
  const question = { text: "Which?", choices: ["a", "b"], right: null, windowMs: 1, revealAt: 0 };
  const never = { closesAt: 0, version: 0 };
  const questions = phases.map((phase, at) => ({ ...question, id: `q${at}`, phase, ...never }));
  const show: Pick<ShowNow, "show" | "stage" | "questions"> = { show: "final", stage, questions };
  return stepsOf(show).map(({ command }) => command.replace("castor live ", ""));
};

test("at each step of a show the next command is said, whole", () => {
  expect(commands("planned", "planned")[0]).toBe("open-doors final");
  expect(commands("open", "planned", "planned")).toEqual(["arm final q0"]);
  expect(commands("open", "armed", "planned")).toEqual(["reveal final q0 --in 5s"]);
  expect(commands("open", "open", "planned")).toEqual(["close final q0"]);
  expect(commands("open", "closed", "planned")).toEqual(["publish final q0", "arm final q1"]);
  expect(commands("open", "published", "published")).toEqual(["finish final"]);
  expect(commands("finished", "closed")).toEqual([
    ...["publish final q0", "finalists final", "export final"],
  ]);
});

test("a node that is away or acknowledges nothing is told, with what to do", () => {
  const node = { isAway: false, broken: null };
  const nodes = [node, { ...node, isAway: true }, { ...node, broken: "the disk is full" }];
  const told = nodes.map((each, at) => ({ ...each, node: at }));
  const [away, broken, ...more] = troublesOf({ nodes: told as OnAir["nodes"] });
  expect(away).toStartWith("Node 1 is away:");
  expect(broken).toStartWith("Node 2 acknowledges nothing: the disk is full. ");
  expect(more).toEqual([]);
});
