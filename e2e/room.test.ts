import { afterEach, expect, test } from "bun:test";
import { api } from "../src/cli/api.ts";
import { badLine } from "./bad-line.ts";
import { endAll, startCastor, until } from "./running.ts";

const timeoutMs = 120_000;
const noteWithinMs = 60_000;
const people = 20;
/** The first of them sit on a bad line. */
const onBadLine = 2;
const notesOfEach = 6;
const incident = "inc-1";

afterEach(endAll, timeoutMs);

type Rows = { rows: { note?: string; by: { id: string } }[] };
const notesIn = ({ rows }: Rows): string[] => rows.flatMap(({ note }) => note ?? []);

/** Says it until Castor has answered that it is noted, as the console does: under the same name each time. */
async function noteSurely(to: { url: string; token: string }, text: string): Promise<number> {
  const note = crypto.randomUUID();
  const giveUpAt = performance.now() + noteWithinMs;
  for (let tries = 1; ; tries++)
    try {
      const answer = await fetch(`${to.url}/api/incidents.note`, {
        method: "POST",
        headers: { authorization: `Bearer ${to.token}`, connection: "close" },
        body: JSON.stringify({ incident, text, note }),
        keepalive: false,
      });
      if (answer.ok) return tries;
      if (answer.status < 500) throw new Error(`refused: ${await answer.text()}`);
    } catch (error) {
      if (String(error).includes("refused:") || performance.now() > giveUpAt) throw error;
      await Bun.sleep(10);
    }
}

test(
  "20 people write at once, two of them on a bad line, and control is killed: no note is lost or doubled, all read one order",
  async () => {
    const castor = await startCastor({ config: {} });
    const bad = badLine(castor.console);
    await castor.api.act("incidents.declare", { title: "Nobody can pay", severity: "sev1" });
    const writers: { url: string; token: string }[] = [];
    for (let n = 0; n < people; n++) {
      const made = await castor.api.act("tokens.create", { name: `p${n}`, role: "responder" });
      const url = n < onBadLine ? bad.url : castor.console;
      writers.push({ url, token: (made as { secret: string }).secret });
    }
    const watching = new AbortController();
    const seen: string[][] = writers.map(() => []);
    const read = async (to: { url: string; token: string }, n: number): Promise<void> => {
      const hear = (rows: Rows) => void (seen[n] = notesIn(rows));
      const at = api(() => to);
      if (n >= onBadLine)
        for await (const { data } of at.follow("incidents.timeline", { incident }, watching.signal))
          hear(JSON.parse(data) as Rows);
      // On such a line one asks again and again.
      for (; !watching.signal.aborted; await Bun.sleep(100))
        await at.ask("incidents.timeline", { incident }).then(
          (rows) => hear(rows as Rows),
          () => undefined,
        );
    };
    const readers = writers.map(read);

    let noted = 0;
    let tries = 0;
    const all = Promise.all(
      writers.map(async (to, n) => {
        for (let i = 0; i < notesOfEach; i++) {
          tries += await noteSurely(to, `p${n} says ${i}`);
          noted++;
        }
      }),
    );
    await until("half of the notes are noted", () => noted > (people * notesOfEach) / 2);
    process.kill(castor.pidOf("control"), "SIGKILL");
    await all;

    const whole = notesIn((await castor.api.ask("incidents.timeline", { incident })) as Rows);
    const said = writers.flatMap((_, n) =>
      Array.from({ length: notesOfEach }, (_unused, i) => `p${n} says ${i}`),
    );
    expect(whole.toSorted()).toEqual(said.toSorted());
    for (let n = 0; n < people; n++)
      expect(whole.filter((text) => text.startsWith(`p${n} `))).toEqual(
        said.slice(n * notesOfEach, (n + 1) * notesOfEach),
      );
    await until("all 20 read the same", () => seen.every((each) => Bun.deepEquals(each, whole)));
    watching.abort();
    await Promise.allSettled(readers);
    expect(bad.broken()).toBeGreaterThan(onBadLine * notesOfEach);
    console.log(
      `${people} people, ${whole.length} notes in ${tries} tries, ${bad.broken()} connections broken, control killed once: none lost, none doubled, one order`,
    );
  },
  timeoutMs,
);
