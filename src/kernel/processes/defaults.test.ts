import { expect, test } from "bun:test";
import { fingerprint, fullSpec, processesCheck } from "./defaults.ts";
import { Processes, type ProcessSpec } from "./process.ts";

const shop: ProcessSpec = { id: "shop-1", kind: "service", command: "bun shop.ts" };

test("the keeper's own check refuses what the schema refuses, wherever it would break the keeper", () => {
  const lists: unknown[] = [
    { processes: [shop] },
    { processes: [] },
    { processes: [{ ...shop, command: ["bun", "shop.ts"] }] },
    {},
    undefined,
    { processes: [{ ...shop, id: "../x" }] },
    { processes: [{ ...shop, kind: "job" }] },
    { processes: [{ ...shop, command: [] }] },
    { processes: [{ ...shop, command: "" }] },
    { processes: [null] },
  ];
  for (const list of lists) {
    expect(processesCheck.safeParse(list).success).toBe(Processes.safeParse(list).success);
  }
});

test("nobody may call a process as control is called", () => {
  expect(processesCheck.safeParse({ processes: [{ ...shop, id: "control" }] }).success).toBe(false);
  expect(Processes.safeParse({ processes: [{ ...shop, id: "control" }] }).success).toBe(false);
});

test("a fingerprint depends on what is said, not on the order it is said in", () => {
  const a = fullSpec({ ...shop, env: { A: "1", B: "2" } });
  const b = fullSpec({
    env: { B: "2", A: "1" },
    command: shop.command,
    kind: "service",
    id: "shop-1",
  });
  expect(fingerprint(a)).toBe(fingerprint(b));
  expect(fingerprint(fullSpec({ ...shop, env: { A: "2" } }))).not.toBe(fingerprint(a));
});
