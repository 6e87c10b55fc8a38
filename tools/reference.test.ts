import { expect, test } from "bun:test";
import { capabilitiesReference } from "./reference/capabilities.ts";
import { lossesReference } from "./reference/losses.ts";
import { reasonsReference } from "./reference/reasons.ts";

const file = "docs/reference/capabilities.md";

test(`${file} says what the manifests say; else: npm run reference`, async () => {
  expect(await Bun.file(`${import.meta.dir}/../${file}`).text()).toBe(capabilitiesReference());
});

test("docs/reference/approvals.md says what needs a second person; else: npm run reference", async () => {
  const written = await Bun.file(`${import.meta.dir}/../docs/reference/approvals.md`).text();
  expect(written).toBe(lossesReference());
});

test("docs/reference/reasons.md lists every reason; else: npm run reference", async () => {
  const root = `${import.meta.dir}/..`;
  const written = await Bun.file(`${root}/docs/reference/reasons.md`).text();
  const codes = (text: string): string[] => [...text.matchAll(/^\| \[(\S+)\]/gm)].map(String);
  expect(codes(written)).toEqual(codes(await reasonsReference(root)));
});
