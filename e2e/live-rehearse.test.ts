import { join } from "node:path";
import { afterEach, expect, test } from "bun:test";
import type { PlanNow, ShowNow } from "../src/absorb/live/contract.ts";
import { endAll, freePort, type Running, startCastor, until } from "./running.ts";

const timeoutMs = 150_000;
const answers = 12_000;
const show = {
  ...{ title: "The final", participantsMax: 20_000, joining: "backend" },
  dimensions: { age: ["young", "grown"] },
  questions: {
    one: { text: "Which one?", choices: ["this", "that"], right: "this", window: "40s" },
    two: { text: "And then?", choices: ["this", "that"], right: "that", window: "3s" },
  },
  // Most come within the first second, so that a busy machine has time for them.
  plan: { arrivalShape: { mid: 2 }, arrivalScaleS: { mid: 0.4 }, registered: { mid: 40_000 } },
};

afterEach(endAll, timeoutMs);

type Said = { code: number; out: string; err: string };

/** The real program beside the one that runs, as somebody types it, and Ctrl-C. */
function typed(castor: Running, ...words: string[]): { said: Promise<Said>; stop(): void } {
  const child = Bun.spawn(
    [
      ...["node", join(import.meta.dir, "../bin/castor.cjs"), "live", ...words],
      ...["--data", castor.data],
    ],
    {
      env: { ...process.env, NO_COLOR: "1", CASTOR_BUN: process.execPath },
      ...{ stdout: "pipe", stderr: "pipe" },
    },
  );
  const said = Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]).then(([out, err, code]) => ({ code, out, err }));
  return { said, stop: () => child.kill("SIGINT") };
}
const castorLive = (castor: Running, ...words: string[]): Promise<Said> =>
  typed(castor, ...words).said;

const showsOf = async (castor: Running): Promise<ShowNow[]> =>
  ((await castor.api.ask("live.shows")) as { shows: ShowNow[] }).shows;

/** A line of the table: its mark, what it is about, and the figures as planned and as they were. */
function row(lines: readonly string[], what: string): [string, string, number, number] {
  const line = lines.find((each) => each.includes(what)) ?? "";
  const [planned = Number.NaN, was = Number.NaN] = [
    ...line.slice(line.indexOf(what) + what.length).matchAll(/[\d,.]+/g),
  ].map(([figure]) => Number(figure.replaceAll(",", "")));
  return [line.slice(0, 1), what, planned, was];
}

/** Stops a rehearsal in the middle, as Ctrl-C does; meanwhile a second one is refused. */
async function aborted(castor: Running): Promise<void> {
  // This crowd takes its time.
  const first = typed(castor, "rehearse", "final", "--scenario", "high", "--answers", "2000");
  await until("a question of the rehearsal is on", async () => {
    const [, rehearsal] = await showsOf(castor);
    return rehearsal?.run === 2 && rehearsal.questions[0]?.phase === "open";
  });
  const second = await castorLive(castor, "rehearse", "final");
  expect([second.code, second.err]).toEqual([1, expect.stringContaining("Somebody rehearses")]);
  first.stop();
  const { code, err } = await first.said;
  expect([code, err]).toEqual([1, expect.stringContaining("Stopped.")]);
}

test(
  "the plan's curve is driven at the running system: what came of it stands beside the plan, and the show is as it was",
  async () => {
    const castor = await startCastor({
      config: {
        gateway: { workers: 1 },
        live: { listen: `127.0.0.1:${freePort()}`, shows: { final: show } },
      },
    });
    const [before] = await showsOf(castor);
    const nobody = await castorLive(castor, "rehearse", "finale");
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining("no show finale")]);
    expect(await showsOf(castor)).toEqual([before] as never);

    const { out } = await castorLive(castor, "rehearse", "final", "--answers", `${answers}`);
    const lines = out.split("\n");
    for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
    const [, , planned, was] = row(lines, "answers acknowledged");
    expect(planned).toBe(answers);
    expect(was).toBeGreaterThan(answers / 2);
    const [, , acknowledged, counted] = row(lines, "counted, of what was acknowledged");
    expect(acknowledged).toBe(was);
    expect(counted).toBeGreaterThanOrEqual(was);
    const { estimates } = (await castor.api.ask("live.plan", { show: "final" })) as PlanNow;
    const { busiestShare = 0 } = estimates[1]?.needs ?? {};
    expect(row(lines, "busiest second")[2]).toBe(Math.round(busiestShare * answers));
    expect(out).toContain("castor live finish final~rehearsal");
    await aborted(castor);

    const [now, rehearsal] = await showsOf(castor);
    expect(now).toEqual(before as never);
    expect(rehearsal).toMatchObject({ show: "final~rehearsal", run: 2, stage: "finished" });
    const told = await castor.log("live.*");
    expect(told.filter(({ data }) => (data as { show?: string }).show === "final")).toEqual([]);
  },
  timeoutMs,
);
