import type * as z from "zod";
import type { Finding, Path } from "./mistake.ts";
import { isSaid } from "./tree.ts";
import { isInstruction, missing, sentence, wrongValue } from "./wrong-value.ts";

type Issue = z.core.$ZodIssue;

/** One zod issue as findings with whole paths from the root. */
export function findingsOf(root: z.ZodType, whole: unknown, issue: Issue, above: Path): Finding[] {
  const within = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  const path: Path = [...above, ...within];
  switch (issue.code) {
    case "unrecognized_keys":
      return []; // Found by `unknownKeys`, which knows more.
    case "invalid_key":
      return [wrongName(path, issue.issues[0]?.message ?? "")];
    case "invalid_element":
      return issue.issues.flatMap((each) => findingsOf(root, whole, each, path));
    case "invalid_union": {
      const branch = closest(issue.errors);
      if (branch) return branch.flatMap((each) => findingsOf(root, whole, each, path));
    }
  }
  return [isSaid(whole, path) ? wrongValue(root, whole, issue, path) : missing(root, path)];
}

function wrongName(path: Path, message: string): Finding {
  const name = String(path.at(-1));
  return isInstruction(message)
    ? { path, at: "key", what: `The name \`${name}\` is not accepted.`, fix: sentence(message) }
    : {
        path,
        at: "key",
        what: sentence(message || "This name is not accepted"),
        fix: "Choose another name.",
      };
}

/**
 * Of a union's branches, the one that was most likely meant: its mistakes are deep inside, or at least it takes this kind of
 * value at all. None when no branch takes such a value.
 */
export function closest(errors: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const depth = (issues: readonly Issue[]) =>
    Math.max(0, ...issues.map((each) => each.path.length));
  const fits = (issues: readonly Issue[]) =>
    !issues.some(({ code, path }) => path.length === 0 && /^invalid_(type|value)$/.test(code));
  return errors
    .filter((each) => depth(each) > 0 || fits(each))
    .toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
}
