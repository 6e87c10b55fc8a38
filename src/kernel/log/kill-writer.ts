/**
 * A process that the kill test kills: appends from many writers at once and says each acknowledgement on stdout.
 * Arguments: path of the log, round, how many writers.
 */
import { machineClock } from "../clock/machine.ts";
import { openSqliteLog } from "./sqlite.ts";

const [path = "", round = "0", writers = "1"] = process.argv.slice(2);
const log = openSqliteLog({ path, clock: machineClock() });
const text = "x".repeat(200);

/** The envelope of a writer's nth append; a retry after the kill makes the same one. */
const envelope = (writer: number, n: number) => ({
  id: `${round}.${writer}.${n}`,
  by: { kind: "system", id: "writer" } as const,
  expect: { [`round/${round}/${writer}`]: n },
  events: [
    { stream: `round/${round}/${writer}`, type: "kill.counted", data: { n, text } },
    ...(n % 3 === 0 ? [{ stream: `round/${round}`, type: "kill.third", data: { writer, n } }] : []),
  ],
});

process.stdout.write("ready\n");
await Promise.all(
  Array.from({ length: Number(writers) }, async (_, writer) => {
    for (let n = 0; ; n++) {
      const { position } = await log.append(envelope(writer, n));
      process.stdout.write(`${writer} ${n} ${position}\n`);
    }
  }),
);
