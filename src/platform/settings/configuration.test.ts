import { testCastor } from "#kernel/testing";
import { expect, test } from "bun:test";
import type { Source } from "./configuration.ts";
import { config, configRefused } from "./contract.ts";
import { settings } from "./index.ts";

const value = (path: string, value: unknown) => ({ path, value, origin: "default", secret: false });

test("a refused file is shown until a good one is applied, and the values in force stay", async () => {
  const source: Source = { file: "castor.yaml", values: () => [value("gateway.listen", "a")] };
  await using castor = await testCastor([settings], { equipment: { configuration: source } });
  const mistake = {
    file: "castor.yaml",
    line: 3,
    column: 5,
    path: "gateway.lisen",
    what: "unknown key",
    fix: 'Did you mean "listen"?',
  };
  const fx = castor.castor.effects(settings, { actor: { kind: "system", id: "settings" } });
  await fx.record("config", [configRefused({ file: "castor.yaml", mistakes: [mistake] })]);
  const shown = await castor.ask(config, {});
  expect(shown.refused?.mistakes).toEqual([mistake]);
  expect(shown.values).toEqual([value("gateway.listen", "a")]);
});
