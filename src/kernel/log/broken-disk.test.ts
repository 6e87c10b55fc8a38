import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { virtualClock } from "../clock/virtual.ts";
import { openSqliteLog } from "./sqlite.ts";

const fileBlocksMax = 400;

/** Appends until the disk refuses a write, then says what was acknowledged and how every later append ends. */
const script = (path: string): string => `
  import { openSqliteLog } from ${JSON.stringify(join(import.meta.dir, "sqlite.ts"))};
  import { virtualClock } from ${JSON.stringify(join(import.meta.dir, "../clock/virtual.ts"))};
  const log = openSqliteLog({ path: ${JSON.stringify(path)}, clock: virtualClock() });
  const text = "x".repeat(10_000);
  const append = (n) => log.append({
    id: "e" + n, by: { kind: "system", id: "test" },
    events: [{ stream: "boat/1", type: "boats.sailed", data: { n, text } }],
  });
  let acknowledged = 0;
  const failures = [];
  for (let n = 0; n < 200 && failures.length < 3; n++)
    await append(n).then(() => acknowledged++, (why) => failures.push(why.constructor.name));
  console.log(JSON.stringify({ acknowledged, failures, head: log.head() }));
  process.exit(0);`;

test("a disk that fails a write stops the log: it acknowledges nothing more and loses nothing it did", async () => {
  const folder = mkdtempSync(join(tmpdir(), "castor-broken-disk-"));
  const path = join(folder, "log.db");
  // A limit on the size of files fails writes with an error other than a full disk.
  const child = Bun.spawn(
    [
      "bash",
      "-c",
      `trap '' XFSZ; ulimit -f ${fileBlocksMax}; exec "$0" -e "$1"`,
      process.execPath,
      script(path),
    ],
    { stdout: "pipe", stderr: "pipe" },
  );
  const said = await new Response(child.stdout).text();
  expect(said, await new Response(child.stderr).text()).toContain("acknowledged");
  const { acknowledged, failures, head } = JSON.parse(said);
  expect(acknowledged).toBeGreaterThan(2);
  expect(acknowledged).toBeLessThan(200);
  expect(head).toBe(acknowledged);
  expect(["Unknown", "Unavailable"]).toContain(failures[0]);
  expect(failures.slice(1)).toEqual(["Unavailable", "Unavailable"]);
  const log = openSqliteLog({ path, clock: virtualClock() });
  expect(log.read("boat/1").length).toBeGreaterThanOrEqual(acknowledged);
  expect(await log.verify()).not.toHaveProperty("brokenAt");
  await log.close();
  rmSync(folder, { recursive: true });
});
