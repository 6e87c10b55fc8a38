import { expect, test } from "bun:test";
import { readArguments } from "./arguments.ts";
import { type Options, UsageError } from "./command.ts";

const options: Options = {
  since: { type: "text", value: "1h", about: "" },
  follow: { type: "flag", short: "f", about: "" },
  panel: { type: "flag", about: "" },
};
const read = (...argv: string[]) => readArguments(argv, options, { wordsMin: 0, wordsMax: 1 });
const wrong = async (...argv: string[]): Promise<UsageError> => {
  const error = await read(...argv).catch((thrown: unknown) => thrown);
  if (!(error instanceof UsageError)) throw new Error(`${argv.join(" ")} was taken`);
  return error;
};

test("options are read in every usual form", async () => {
  for (const argv of [
    ["--since", "2h", "-f"],
    ["--since=2h", "--follow"],
    ["-f", "--since", "2h"],
  ]) {
    const given = await read(...argv);
    expect([given.text("since"), given.flag("follow"), given.flag("panel")]).toEqual([
      "2h",
      true,
      false,
    ]);
  }
});
test("a flag is taken back with --no-", async () =>
  expect((await read("--follow", "--no-follow")).flag("follow")).toBe(false));
test("what follows -- is words, whatever it looks like", async () =>
  expect((await read("--", "--since")).words).toEqual(["--since"]));
test("a negative number is a value", async () =>
  expect((await read("--since=-5")).text("since")).toBe("-5"));

test("an unknown option is told with the one that was meant", async () => {
  const error = await wrong("--folow");
  expect([error.message, error.fix]).toEqual([
    "There is no option --folow.",
    "Did you mean --follow?",
  ]);
});
test("an option that lacks its value is told with an example", async () => {
  for (const argv of [["--since"], ["--since", "--follow"]])
    expect((await wrong(...argv)).fix).toBe("Write for example --since 1h.");
});
test("a flag takes no value", async () =>
  expect((await wrong("--follow=maybe")).message).toBe("--follow takes no value."));
test("a word too many is named", async () =>
  expect((await wrong("one", "two")).message).toContain("`two`"));
