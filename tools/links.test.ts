import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(import.meta.dir, "..");
const code = /```[^]*?```|`[^`\n]+`/g; // What it shows is no link of this document.
const link = /\]\(([^)#\s]+)[^)]*\)|(?:src|srcset|href)="([^"#]+)"/g;

test("what the documents link to is there", () => {
  const places = ["*.md", "{docs,src,examples,sim,bench}/**/*.md"];
  const documents = places.flatMap((each) => [...new Bun.Glob(each).scanSync(root)]);
  const broken = documents.flatMap((document) =>
    [...readFileSync(join(root, document), "utf8").replaceAll(code, "").matchAll(link)]
      .map(([, inText, inTag]) => inText ?? inTag ?? "")
      .filter((to) => !/^[a-z]+:/.test(to) && !existsSync(join(root, dirname(document), to)))
      .map((to) => `${document} links to ${to}, which is not there`),
  );
  expect(documents).toContain("README.md");
  expect(broken).toEqual([]);
});
