import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rename, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sections } from "./example-sections.testing.ts";
import { followConfig, type Following } from "./follow.ts";
import { loadConfig } from "./load.ts";
import type { Mistake } from "./mistake.ts";

let folder: string;
let file: string;
let following: Following | undefined;
let heard: string[];
let waiting: { wanted: (all: string[]) => boolean; done: () => void }[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "castor-config-"));
  file = join(folder, "castor.yaml");
  heard = [];
  waiting = [];
  await writeFile(file, "gateway:\n  port: 1\n");
});
afterEach(async () => {
  await following?.close();
  await rm(folder, { recursive: true, force: true });
});

const tell = (what: string): void => {
  heard.push(what);
  for (const each of waiting) if (each.wanted(heard)) each.done();
};
const until = (what: string): Promise<void> =>
  new Promise((done) => {
    if (heard.includes(what)) return done();
    waiting.push({ wanted: (all) => all.includes(what), done });
  });
const portOf = (values: Record<string, unknown>): string =>
  String((values["gateway"] as { port?: number }).port);

async function follow(lastGood?: string): Promise<Following> {
  const started = await followConfig({
    file,
    ...(lastGood === undefined ? {} : { lastGood }),
    load: (text) => loadConfig({ text, file: "castor.yaml", sections, env: {} }),
    onChange: (now, before) => tell(`${portOf(before.values)} became ${portOf(now.values)}`),
    onMistakes: (mistakes: Mistake[]) => tell(`refused ${mistakes[0]?.path}`),
  });
  if ("mistakes" in started) throw new Error("the first file is good");
  following = started;
  return started;
}

test("writing in place, renaming over, deleting and creating are all noticed", async () => {
  await follow();
  await writeFile(file, "gateway:\n  port: 2\n");
  await until("1 became 2");
  await writeFile(`${file}.tmp`, "gateway:\n  port: 3\n");
  await rename(`${file}.tmp`, file);
  await until("2 became 3");
  await unlink(file);
  await until("refused ");
  await writeFile(file, "gateway:\n  port: 4\n");
  await until("3 became 4");
  expect(heard).toEqual(["1 became 2", "2 became 3", "refused ", "3 became 4"]);
});

test("a mistake changes nothing, and the next good file does", async () => {
  const { current } = await follow();
  await writeFile(file, "gateway:\n  port: 2\n  colour: red\n");
  await until("refused gateway.colour");
  expect(portOf(current().values)).toBe("1");
  await writeFile(file, "gateway:\n  port: 5\n");
  await until("1 became 5");
  expect(portOf(current().values)).toBe("5");
});

test("a file that is suddenly empty changes nothing, and a restart meanwhile neither", async () => {
  const start = () => follow(join(folder, "last-good.yaml"));
  following = await start();
  await writeFile(file, "\n");
  await until("refused ");
  await following.close();
  following = await start();
  expect(portOf(following.current().values)).toBe("1");
  await writeFile(file, "# nothing but defaults\n");
  await until("1 became undefined");
});

test("a file rewritten with the same meaning is no change", async () => {
  await follow();
  await writeFile(file, "# a remark\ngateway:\n  port: 1\n");
  await writeFile(file, "# another remark\ngateway:\n  port: 1\n");
  await writeFile(file, "gateway:\n  port: 2\n");
  await until("1 became 2");
  expect(heard).toEqual(["1 became 2"]);
});

test("a first file with a mistake is refused", async () => {
  await writeFile(file, "gateway:\n  port: x\n");
  const started = await followConfig({
    file,
    load: (text) => loadConfig({ text, file: "castor.yaml", sections, env: {} }),
    onChange: () => undefined,
    onMistakes: () => undefined,
  });
  expect(started).toMatchObject({ mistakes: [{ path: "gateway.port", line: 2 }] });
});

test("a restart amid somebody's editing goes on with the last good configuration", async () => {
  const lastGood = join(folder, "last-good.yaml");
  const start = async () => {
    const started = await followConfig({
      file,
      lastGood,
      load: (text) => loadConfig({ text, file: "castor.yaml", sections, env: {} }),
      onChange: () => undefined,
      onMistakes: () => undefined,
    });
    if ("mistakes" in started) throw new Error("it does not start");
    await started.close();
    return started;
  };
  expect((await start()).refusedAtStart).toEqual([]);
  await writeFile(file, "gateway:\n  port: half-writ");
  const again = await start();
  expect(portOf(again.current().values)).toBe("1");
  expect(again.refusedAtStart.map((each) => each.path)).toEqual(["gateway.port"]);
  await unlink(file);
  expect(portOf((await start()).current().values)).toBe("1");
});
