import { endAll } from "../e2e/running.ts";
import { type BenchResult } from "./kit/rows.ts";
import { readByCrowd } from "./kit/status-page/crowd.ts";
import { tellAll } from "./kit/status-page/letters.ts";

const subscribers = Number(process.env["CASTOR_BENCH_SUBSCRIBERS"] ?? 5_000);
const readers = Number(process.env["CASTOR_BENCH_READERS"] ?? 10_000);
const kills = Number(process.env["CASTOR_BENCH_KILLS"] ?? 2);

/** One post to 5,000 subscribers over Debian's aiosmtpd, with kill -9 of control on the way; then 10,000 who read. */
export async function bench(): Promise<BenchResult> {
  // The benchmark and the test in CI are one; the server is found where prerequisites put it.
  const told = await tellAll({ subscribers, kills }).finally(endAll);
  const read = await readByCrowd(readers).finally(endAll);
  console.log(
    `${read.hits} of ${readers} readers were answered by the gateway from what it keeps; they cost control ${read.controlMs} ms of processor time beyond what it does anyway`,
  );
  const { reached, again, wrong, tookS, cpuMsPerLetter, isEndedByLetter } = told;
  console.log(
    `${reached} of ${subscribers} were told in ${tookS.toFixed(1)} s through ${kills} kills; ${again} letters came again under the same Message-ID, ${wrong} wrongly; ${cpuMsPerLetter.toFixed(2)} ms of processor time a letter`,
  );
  if (wrong > 0) throw new Error(`${wrong} letters went wrong.`);
  if (!isEndedByLetter) throw new Error("The letter's own link did not end it.");
  const bar = { peerName: "the bar" };
  return {
    name: "status-page",
    rows: [
      {
        ...{ what: "subscribers that were told", unit: "people", castor: reached },
        ...{ ...bar, peer: subscribers, ratio: reached / subscribers },
      },
      {
        ...{ what: "letters that came twice, for each kill", unit: "letters" },
        ...{ castor: Math.max(again / Math.max(1, kills), 0.01), ...bar, peer: 3 },
        ratio: 3 / Math.max(again / Math.max(1, kills), 0.01),
      },
      {
        ...{ what: "letters a second", unit: "letters/s", castor: subscribers / tookS },
        ...{ ...bar, peer: 10, ratio: subscribers / tookS / 10 },
      },
      {
        ...{ what: "processor time a letter", unit: "ms", castor: cpuMsPerLetter },
        ...{ ...bar, peer: 10, ratio: 10 / cpuMsPerLetter },
      },
      {
        ...{ what: `of ${readers} readers at the gateway, those that reached Castor` },
        ...{ unit: "readers", castor: Math.max(1, readers - read.hits), ...bar, peer: 10 },
        ratio: 10 / Math.max(1, readers - read.hits),
      },
    ],
  };
}
