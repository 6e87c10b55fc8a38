/** What became of the visits that began within a part of the run. A visit is an article with its style and its photo. */
export type Readers = { visits: number; served: number; p99Ms: number };

/** Who comes, and how many per second: from the first to the last number while it ramps, then the last. */
export type Crowd = {
  target: string;
  seconds: number;
  first: number;
  last: number;
  rampSeconds: number;
  articles: number;
  /** What began before this second is told apart from the rest. */
  splitAt: number;
};

const perSecond = ({ first, last, rampSeconds }: Crowd, second: number): number =>
  second >= rampSeconds ? last : first + ((last - first) * second) / rampSeconds;

const patienceMs = 10_000;
const rest = ["/style.css", "/photo.jpg"];

/** Everything came, whole and well, before the reader lost patience. */
async function visit(target: string, article: number): Promise<boolean> {
  const signal = AbortSignal.timeout(patienceMs);
  const load = async (path: string): Promise<boolean> => {
    const answer = await fetch(target + path, { signal });
    await answer.bytes();
    return answer.status === 200;
  };
  try {
    if (!(await load(`/article/${article}`))) return false;
    return (await Promise.all(rest.map(load))).every(Boolean);
  } catch {
    return false;
  }
}

/** Readers who come whether or not those before them were served. */
async function read(of: Crowd): Promise<[Readers, Readers]> {
  const parts = [0, 1].map(() => ({ visits: 0, served: 0, times: [] as number[] }));
  const under: Promise<void>[] = [];
  const startedAt = performance.now();
  let owed = 0;
  let last = startedAt;
  let next = 0;
  for (;;) {
    const now = performance.now();
    const second = (now - startedAt) / 1_000;
    if (second >= of.seconds) break;
    owed += perSecond(of, second) * ((now - last) / 1_000);
    last = now;
    for (; owed >= 1; owed--) {
      const part = parts[second < of.splitAt ? 0 : 1];
      if (part === undefined) continue;
      part.visits++;
      const began = performance.now();
      under.push(
        visit(of.target, next++ % of.articles).then((isServed) => {
          // Who was not served waited in vain: that is no time to be proud of.
          part.times.push(isServed ? performance.now() - began : patienceMs);
          if (isServed) part.served++;
        }),
      );
    }
    await Bun.sleep(5);
  }
  await Promise.all(under);
  const [before, after] = parts.map(({ visits, served, times }) => {
    const sorted = times.toSorted((a, b) => a - b);
    return { visits, served, p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? patienceMs };
  });
  if (before === undefined || after === undefined) throw new Error("Nobody came.");
  return [before, after];
}

/** Sends the readers from a process of their own, which may have thousands of requests under way. */
export async function readers(crowd: Crowd): Promise<[Readers, Readers]> {
  const child = Bun.spawn([process.execPath, import.meta.path, JSON.stringify(crowd)], {
    env: { ...process.env, BUN_CONFIG_MAX_HTTP_REQUESTS: "65535" },
    stdout: "pipe",
    stderr: "inherit",
  });
  return JSON.parse(await new Response(child.stdout).text());
}

if (import.meta.main) console.log(JSON.stringify(await read(JSON.parse(Bun.argv[2] ?? ""))));
