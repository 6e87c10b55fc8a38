import { expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { outcome, totalsOf } from "../contract/shape.ts";
import { freeze, writeWhole } from "./checkpoint.ts";
import { Count } from "./count.ts";
import { answer, openEngine, scratch, show } from "./show.testing.ts";

test("of a group of one no byte tells what that person answered after the erasure, nor do half-written files, other people's turns, or a checkpoint of an older Castor", async () => {
  using at = scratch();
  const shape = show();
  const engine = await openEngine(at.folder, { shape });
  engine.open(0);
  const [choices, groups, alone] = [3, 6, 995];
  for (let index = 0; index < 900; index++)
    if (index % groups !== alone % groups) answer(engine, index, 0, index % 2);
  answer(engine, alone, 0, 2);
  await engine.close(0);
  const byGroup = [...engine.count.cells(0)];
  expect(byGroup[2 * groups + (alone % groups)]).toBe(1);
  // As cells lie on disk: the group of one beside the groups of its choice.
  const pattern = Buffer.from(Uint32Array.from(byGroup).buffer);
  const hasCells = (): boolean =>
    readdirSync(at.folder).some((name) => readFileSync(join(at.folder, name)).includes(pattern));
  expect(hasCells()).toBe(true);
  writeFileSync(join(at.folder, "checkpoint-9.part"), pattern);
  writeFileSync(join(at.folder, "answers-9.log.part"), pattern);
  writeFileSync(join(at.folder, "given-by-turn.before"), pattern);
  expect(engine.rawFiles()).toEqual(
    expect.arrayContaining(["answers-9.log.part", "checkpoint-9.part", "given-by-turn.before"]),
  );
  await engine.erase();
  expect([hasCells(), engine.rawFiles(), engine.count.cells(0).length]).toEqual([
    ...[false, [], choices],
  ]);
  // The erased checkpoint of an older Castor has no standings, and cells by group still.
  const { standings } = engine.count;
  await engine.stop();
  const name = readdirSync(at.folder).find((each) => each.startsWith("checkpoint-")) ?? "";
  const old = new Count(shape);
  old.open(0);
  for (const [cell, count] of byGroup.entries())
    (old.questions[0]?.cells ?? new Uint32Array(1))[cell] = count;
  old.close(0);
  old.release(0);
  old.standings.forget();
  const [head = new Uint8Array(16), ...rest] = freeze(old, 0);
  new DataView(head.buffer).setUint32(0, 0x3145_4c43, true);
  await writeWhole(join(at.folder, name), [head, ...rest]);
  expect([hasCells(), standings.isForgotten]).toEqual([true, true]);
  const after = await openEngine(at.folder, { shape });
  expect(after.rawFiles()).toEqual([name]);
  await after.erase();
  expect([hasCells(), after.rawFiles(), [...after.count.cells(0)]]).toEqual([
    ...[false, [], [...totalsOf(byGroup, choices)]],
  ]);
  after.open(1);
  expect(answer(after, 7, 1, 0).outcome).toBe(outcome.early);
  await after.stop();
});
