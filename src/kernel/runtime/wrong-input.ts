import type * as z from "zod";
import { problem, type Refusal } from "../contract.ts";
import { expectationOf } from "../config/expectation.ts";
import { closest } from "../config/issues.ts";
import type { Path } from "../config/mistake.ts";
import { listed } from "../config/nearest.ts";
import { keysOf, schemasAt } from "../config/schema-walk.ts";
import { isGroup, valueAt } from "../config/tree.ts";
import { builtIn } from "../config/wrong-value.ts";

type Issue = z.core.$ZodIssue;
/** What is wrong at one place of an input. */
export type Wrong = { path: string; message: string };

export const invalidInput = problem(
  "castor.invalid-input",
  422,
  "The input is not as it should be",
);

/** The refusal of an input that does not fit its schema: each field by its path, in words for people. */
export const wrongInput = (schema: z.ZodType, input: unknown, error: z.ZodError): Refusal =>
  invalidInput("See errors.", {
    errors: error.issues.flatMap((issue) => wrongsOf({ schema, input }, issue, [])),
  });

type Asked = { schema: z.ZodType; input: unknown };

function wrongsOf(asked: Asked, issue: Issue, above: Path): Wrong[] {
  const path = [
    ...above,
    ...issue.path.map((part) => (typeof part === "number" ? part : String(part))),
  ];
  const at = (message: string, ...more: string[]): Wrong => ({
    path: [...path, ...more].join("."),
    message,
  });
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = schemasAt(asked.schema, path).flatMap(keysOf);
      const names = known.length > 0 ? `: there is ${listed(known)}` : "";
      return issue.keys.map((key) => at(`Not known here${names}`, key));
    }
    case "invalid_key":
      return [at(nameWords(issue.issues[0]))];
    case "invalid_element":
      return issue.issues.flatMap((each) => wrongsOf(asked, each, path));
    case "invalid_union": {
      const branch = closest(issue.errors);
      if (branch) return branch.flatMap((each) => wrongsOf(asked, each, path));
    }
  }
  return [at(builtIn.test(issue.message) ? wordsOf(asked, issue, path) : issue.message)];
}

/** A schema without a message of its own says what it wants. What was sent is not repeated: it may be a secret. */
function wordsOf({ schema, input }: Asked, issue: Issue, path: Path): string {
  const { wants } = expectationOf(schemasAt(schema, path));
  const value = valueAt(input, path);
  if (value === undefined || value === null) return `Missing: expected ${wants}`;
  const size = sizeWords(issue);
  if (size !== undefined) return size;
  if (issue.code === "invalid_format" && wants === "text") return "Expected another form of text";
  const kind = kindOf(value);
  return issue.code === "invalid_type" && kind !== undefined
    ? `Expected ${wants}, not ${kind}`
    : `Expected ${wants}`;
}

/** What is wrong with the name of a field that may have any. */
function nameWords(issue: Issue | undefined): string {
  if (issue === undefined) return "This name is not accepted";
  return builtIn.test(issue.message)
    ? (sizeWords(issue) ?? "This name is not accepted")
    : issue.message;
}

/** How much there may be, of what is counted. */
function sizeWords(issue: Issue): string | undefined {
  if (issue.code !== "too_small" && issue.code !== "too_big") return undefined;
  const [most, bound] =
    issue.code === "too_big" ? ["most", Number(issue.maximum)] : ["least", Number(issue.minimum)];
  const unit = { string: "character", array: "value", set: "value", map: "value" }[
    issue.origin as string
  ];
  if (unit === undefined) return undefined;
  if (most === "least" && bound === 1 && unit === "character") return "Must not be empty";
  return `Expected at ${most} ${bound} ${unit}${bound === 1 ? "" : "s"}`;
}

function kindOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return "a list";
  if (isGroup(value)) return "a group of fields";
  return { string: "text", number: "a number", boolean: "true or false" }[typeof value as string];
}
