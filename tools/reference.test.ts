import { expect, test } from "bun:test";
import { capabilitiesReference } from "./reference/capabilities.ts";

const file = "docs/reference/capabilities.md";

test(`${file} says what the manifests say; else: npm run reference`, async () => {
  expect(await Bun.file(`${import.meta.dir}/../${file}`).text()).toBe(capabilitiesReference());
});
