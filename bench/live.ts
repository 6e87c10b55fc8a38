import {
  type Counting,
  durableNode,
  memcached,
  nginx,
  redis,
  talk,
  volatileNode,
} from "./kit/live/servers.ts";
import { areCalm, stealing, undisturbed } from "./kit/cpu.ts";
import type { Looping } from "./kit/live/closed-loop.ts";
import type { Driven } from "./kit/live/drive.ts";
import { fanOut } from "./kit/live/fan-out.ts";
import { type Killing, killRounds } from "./kit/live/kills.ts";
import { againMax, type Contender, inSlices } from "./kit/live/slices.ts";
import { wholeQuestion } from "./kit/live/ten-million.ts";
import { type Crowded, crowdOf, crowdTurn, type Turn, warmMs } from "./kit/live/turn.ts";
import { atMost, type BenchResult, type BenchRow, median, none } from "./kit/rows.ts";

const kills = Number(process.env["CASTOR_BENCH_KILLS"] ?? 30);
const rounds = Number(process.env["CASTOR_BENCH_ROUNDS"] ?? 12);
/** Rounds that the host left alone, and the most that are made to find so many. */
const easyRounds = 3;
const easyRoundsMax = 8;
const easySeconds = 3;
const connections = 512;
/** Long enough that ticks of processor time are one part in a hundred. */
const sliceMs = 1_000;
/** Batches answer for thirty times as many. */
const batchSliceMs = 250;
/** Enough that nobody is asked twice: what one core answers at its best, in all slices and before them. */
const participants = (rounds + againMax + 3) * 150_000;
const batchParticipants = (rounds + againMax + 5) * 1_200_000;
/** Enough on the way that a node has something to do while a group of answers goes to the disk. */
const relaysInFlight = 16;
const single = { connections, batch: 1, inFlight: 1, perSecond: 0 };
const relays = { connections: 16, batch: 64, inFlight: relaysInFlight, perSecond: 0 };

const noLog = "Castor, no log";
const [raw, twice, exact] = [
  "memcached incr",
  "talk: front, memcached add + incr",
  "front, Redis Lua, durable",
] as const;
/** What an answer takes of the processor: 1.25 times the raw counter at most, half of the talk's design, a third of exact Redis. */
const cpuBars: Record<string, number> = { [raw]: 1 / 1.25, [twice]: 1 / 0.5, [exact]: 1 / 0.33 };

const peer = (
  name: string,
  up: () => Promise<Counting>,
  speaks: Looping["speaks"],
  of = { connections, sliceMs },
): Contender => ({
  ...{ name, up, sliceMs: of.sliceMs },
  load: (port) => ({
    file: "closed-loop.ts",
    of: { port, connections: of.connections, speaks } satisfies Looping,
  }),
});

const crowd = (
  name: string,
  up: (participants: number) => Promise<Counting>,
  of: Crowded,
  ms = sliceMs,
): Contender => ({
  ...{ name, up: () => up(of.participants), sliceMs: ms },
  load: (port) => ({ file: "drive.ts", of: crowdOf(port, of) }),
});

const batches = { ...relays, participants: batchParticipants };
const contenders: readonly Contender[] = [
  crowd("Castor, durable", durableNode, { ...single, participants }),
  crowd(noLog, volatileNode, { ...single, participants }),
  peer(raw, memcached, "memcached"),
  peer(twice, talk, "http"),
  peer("front, Redis Lua", () => redis(false), "http"),
  peer(exact, () => redis(true), "http"),
  peer("nginx return 200", nginx, "http"),
  crowd("Castor, durable, batches of 64", durableNode, batches, batchSliceMs),
  peer("memcached quiet, batches of 64", memcached, "memcached-quiet", {
    ...{ connections: relays.connections, sliceMs: batchSliceMs },
  }),
];

/** The middle half: a slice that the machine spent elsewhere says nothing. */
function span(values: readonly number[]): string {
  const inOrder = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    inOrder[Math.floor(share * (inOrder.length - 1))] ?? Number.NaN;
  return `${at(0.25).toFixed(2)}–${at(0.75).toFixed(2)}`;
}

/** What each round of one contender showed. */
type Found = ReadonlyMap<string, readonly Turn[]>;

function tell(found: Found): void {
  for (const [name, turns] of found) {
    const of = (key: keyof Turn): number[] => turns.map((turn) => turn[key]);
    console.log(
      `${name.padEnd(36)} ${median(of("serverMicros")).toFixed(2).padStart(7)} CPU-s/M (${span(of("serverMicros"))}), load ${median(of("loadMicros")).toFixed(2)} CPU-s/M, ${Math.round(median(of("perSecond")) / 1_000)} k/s (${span(of("perSecond").map((each) => each / 1_000))})`,
    );
  }
}

/** The middle of the rounds' ratios: only what ran within the same minute is compared. */
function row(
  found: Found,
  of: {
    ours: string;
    peer: string;
    key: "serverMicros" | "perSecond";
    unit: string;
    bar?: number | undefined;
  },
): BenchRow {
  const [ours = [], theirs = []] = [found.get(of.ours), found.get(of.peer)];
  const ratios = ours.map((turn, n) => {
    const other = theirs[n]?.[of.key] ?? Number.NaN;
    return of.key === "serverMicros" ? other / turn[of.key] : turn[of.key] / other;
  });
  return {
    what: `${of.ours}: ${of.unit} (ratios ${span(ratios)})`,
    castor: median(ours.map((turn) => turn[of.key])),
    peer: median(theirs.map((turn) => turn[of.key])),
    peerName: of.peer,
    ratio: median(ratios),
    unit: of.unit,
    ...(of.bar === undefined ? {} : { bar: of.bar }),
  };
}

/** The share of what is sustained at which acknowledgements are timed: a node is not run above it. */
const easyShare = 0.6;

/** How long acknowledgements take when answers come at a part of the rate that the machine sustained just before: it may be twice as fast an hour later. */
async function atEase(): Promise<BenchRow[]> {
  const of = { ...single, participants: 2_000_000, secondsMax: easySeconds + warmMs / 1_000 };
  const acks: { p50: number; p99: number; stolen: number }[] = [];
  for (let round = 0; round < easyRoundsMax && !areCalm(acks, easyRounds); round++) {
    const stolen = stealing();
    const { perSecond } = await warmTurn(of);
    const easy = await warmTurn({ ...of, perSecond: Math.round(perSecond * easyShare) });
    acks.push({ ...easy.driven.ackMs, stolen: stolen() });
  }
  return (["p50", "p99"] as const).map((key): BenchRow => {
    const of = undisturbed(acks).map((ack) => ack[key]);
    const what = `Castor, durable, at ${easyShare * 100} % of its rate: ${key} of the ack (${span(of)})`;
    return atMost(what, median(of), { p50: 5, p99: 40 }[key], "ms");
  });
}

async function warmTurn(of: Crowded): Promise<Turn & { driven: Driven }> {
  const node = await durableNode(of.participants);
  try {
    return await crowdTurn(node, of, true);
  } finally {
    await node.stop();
  }
}

/** Kills while a crowd answers, half of them with a torn write, and a recount of all that was acknowledged. */
async function killed(what: string, of: Killing): Promise<BenchRow[]> {
  const { acknowledged, lost, miscounted, silences } = await killRounds(of);
  const name = `${of.rounds} kills ${what}`;
  const whole = acknowledged.toLocaleString("en");
  const secondsOf = (each: readonly { ms: number }[]): number[] => each.map(({ ms }) => ms / 1_000);
  const calm = secondsOf(undisturbed(silences));
  console.log(
    `${name}: the host left ${calm.length} alone; of all, the worst took ${Math.max(...secondsOf(silences)).toFixed(2)} s`,
  );
  return [
    none(`${name}: of ${whole} acknowledged, lost`, lost, "answers"),
    none(`${name}: counted wrongly`, miscounted, "answers"),
    atMost(
      `${name}: from SIGKILL to an accepted answer, the worst (median ${median(calm).toFixed(2)} s)`,
      Math.max(...calm),
      ...([2, "s"] as const),
    ),
  ];
}

/** What the show needs: a whole question by relays, single frames, a crowd that listens, and kills in the midst of it. */
async function whole(): Promise<BenchRow[]> {
  const participants = Number(process.env["CASTOR_BENCH_PARTICIPANTS"] ?? 10_000_000);
  const of = { participants, inFlight: relaysInFlight };
  const scaled = (secondsBar: number): number => (secondsBar * participants) / 10_000_000;
  return [
    ...(await killed(`in mid-spike at ${(participants / 1e6).toFixed(1)} M answers`, {
      ...{ rounds: kills, participants: 20_000, batch: 8, before: participants },
    })),
    ...(await wholeQuestion({ ...of, batch: 64, connections: 16, secondsBar: scaled(5) })),
    ...(await wholeQuestion({ ...of, batch: 16, connections: 32, secondsBar: scaled(15) })),
    ...(await wholeQuestion({
      ...of,
      batch: 1,
      connections,
      inFlight: 1,
      secondsBar: scaled(150),
    })),
    ...(await fanOut()),
  ];
}

/** Peers and Castor in turns, one core for the server and one for the load; CPU-seconds of a million answers, whole process. */
export async function bench(): Promise<BenchResult> {
  const found = await inSlices(contenders, rounds);
  tell(found);
  const cpu = { ours: "Castor, durable", key: "serverMicros", unit: "CPU-s/M" } as const;
  return {
    name: "live",
    rows: [
      ...contenders
        .slice(1, 7)
        .map(({ name }) => row(found, { ...cpu, peer: name, bar: cpuBars[name] })),
      row(found, { ...cpu, peer: noLog, key: "perSecond", unit: "answers/s", bar: 0.85 }),
      ...(["serverMicros", "perSecond"] as const).map((key) =>
        row(found, {
          ours: "Castor, durable, batches of 64",
          peer: "memcached quiet, batches of 64",
          ...(key === "perSecond"
            ? { key, unit: "answers/s", bar: 1.2 }
            : { key, unit: "CPU-s/M" }),
        }),
      ),
      ...(await atEase()),
      ...(process.env["CASTOR_BENCH_PARTICIPANTS"] === "0" ? [] : await whole()),
    ],
  };
}
