import { describe, expect, test } from "bun:test";
import { UsageError } from "../command.ts";
import { ownCommand } from "../start/own-command.ts";
import { exceeds, readFlags, readWords } from "./command.ts";
import { endsWithInput } from "./ends-with-input.ts";
import { optionsOf } from "./options.ts";
import type { Report } from "./report.ts";
import { peakVisits } from "./script.ts";

const flags = (given: Record<string, string | boolean> = {}) =>
  readFlags(
    (name) => (typeof given[name] === "string" ? given[name] : undefined),
    (name) => given[name] === true,
  );
const words = { curve: "steady" as const, target: "http://localhost", logFile: "" };

describe("the words of castor crowd", () => {
  test("name a curve and an address, the gateway's by default", () => {
    expect(readWords(["buzz"])).toMatchObject({ curve: "buzz", target: "http://127.0.0.1:8080/" });
    expect(readWords(["steady", "http://localhost:1"]).target).toBe("http://localhost:1");
    expect(readWords(["replay", import.meta.path, "localhost:1"])).toEqual({
      curve: "replay",
      logFile: import.meta.path,
      target: "localhost:1",
    });
  });
  test("are refused with the way out", () => {
    for (const wrong of [["stedy"], ["replay"], ["replay", "/no/such.log"], ["steady", "a", "b"]]) {
      expect(() => readWords(wrong)).toThrow(UsageError);
    }
  });
});

test("every wrong option is named at once", () => {
  const wrong = (): unknown => flags({ rate: "many", timeout: "3 apples", path: "about" });
  expect(wrong).toThrow("--rate: Write a number");
  expect(wrong).toThrow('--timeout: Write a duration such as "500ms"');
  expect(wrong).toThrow('--path: Write paths such as "/,/products"');
});

test("durations, paths and switches become options", () => {
  const options = optionsOf(
    flags({ for: "2m", timeout: "500ms", path: "/,/about", "no-cookies": true }),
    words,
  );
  expect(options).toMatchObject({
    seconds: 120,
    timeoutMs: 500,
    paths: ["/", "/about"],
    cookies: false,
    ownedByMe: false,
  });
});

test("a rate is of requests, and people make one", () => {
  const peak = (given: Record<string, string>): number =>
    peakVisits(optionsOf(flags(given), words), () => 1);
  expect(peak({ rate: "100", pages: "4" })).toBe(25);
  // Fifty people who turn a page every two seconds ask 25 times a second.
  expect(peak({ people: "50", think: "2s", pages: "5" }) * 5).toBeCloseTo(25);
});

describe("a run has failed", () => {
  const report = (requests: number, errors: number): Report =>
    ({ requests, errors, notSent: 0 }) as Report;
  test("beyond a share", () => {
    const limit = flags()["max-errors"];
    expect(exceeds(report(1000, 10), limit)).toBe(false);
    expect(exceeds(report(1000, 11), limit)).toBe(true);
  });
  test("beyond a number", () => {
    const limit = flags({ "max-errors": "0" })["max-errors"];
    expect(exceeds(report(1000, 0), limit)).toBe(false);
    expect(exceeds(report(1000, 1), limit)).toBe(true);
  });
});

test("a crowd that must not outlive whoever sent it leaves when its input ends", async () => {
  using site = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("here") });
  const line = [...ownCommand, "crowd", "steady", `http://127.0.0.1:${site.port}`, "--for", "1h"];
  const crowd = Bun.spawn(line, {
    env: { ...process.env, [endsWithInput]: "1" },
    stdin: "pipe",
    stdout: "ignore",
    stderr: "ignore",
  });
  await crowd.stdin.end();
  expect(await crowd.exited).toBe(0);
});
