import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineHere } from "./machine.ts";
import { machineNet } from "./net.ts";

const folder = mkdtempSync(join(tmpdir(), "castor-machine-"));
const machine = machineHere({ folder, data: folder }, { net: machineNet, clock: { now: () => 0 } });
const { signal } = new AbortController();

test("a file is put whole into folders that are made, read up to a size, and removed once or twice", async () => {
  const path = machine.at("a/b/c.txt");
  await machine.put(path, "hello");
  expect(await machine.read(path, { bytesMax: 5 })).toBe("hello");
  await expect(machine.read(path, { bytesMax: 4 })).rejects.toThrow("larger than 4 bytes");
  await machine.remove(path);
  await machine.remove(path);
  expect(await machine.read(path, { bytesMax: 5 })).toBeUndefined();
});

test("a program hears its input, sees none of Castor's environment, and its last words are told", async () => {
  expect(await machine.run(["cat"], { signal, input: "in and out" })).toBe("in and out");
  process.env["CASTOR_SECRET_OF_A_TEST"] = "secret";
  const seen = await machine.run(["env"], { signal, env: { GIVEN: "1" } });
  expect(seen).toContain("GIVEN=1");
  expect(seen).not.toContain("secret");
  await expect(machine.run(["ls", "/no/such/place"], { signal })).rejects.toThrow(
    "No such file or directory",
  );
  await expect(machine.run(["no-such-program"], { signal })).rejects.toThrow("is not installed");
  const late = AbortSignal.timeout(50);
  await expect(machine.run(["sleep", "20"], { signal: late })).rejects.toThrow("took too long");
});

test("a scratch folder is gone after the work, also where that failed", async () => {
  const seen: string[] = [];
  const work = (place: string): Promise<never> => {
    seen.push(place);
    throw new Error("in the work");
  };
  await expect(machine.scratch((place) => work(place))).rejects.toThrow("in the work");
  expect(seen.map((each) => existsSync(each))).toEqual([false]);
  rmSync(folder, { recursive: true });
});
