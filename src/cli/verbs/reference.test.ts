import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { readArguments } from "../arguments.ts";
import { ownFile } from "../start/own-command.ts";
import { paperTerminal } from "../testing.ts";
import { configReferenceVerb } from "./config.ts";

const file = "docs/reference/configuration.md";

test(`${file} says what the schemas say; else: bin/castor.cjs config reference > ${file}`, async () => {
  const terminal = paperTerminal();
  await configReferenceVerb.run(await readArguments([], {}), terminal);
  expect(readFileSync(ownFile(file), "utf8")).toBe(terminal.printed);
});
