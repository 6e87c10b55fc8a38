import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { castorUp } from "./kit/castor-up.ts";
import { readers, type Readers } from "./kit/readers.ts";
import type { BenchResult, BenchRow } from "./kit/rows.ts";

/** A blog makes the front page: visits per second, from what kills it today to what a front page brings. */
const firstPerSecond = 13;
const lastPerSecond = 200;
const rampSeconds = 30;
const seconds = 60;
/** Then the blog is killed, and people go on reading. */
const killedAtSecond = 40;
const articles = 12;

type Blog = { url: string; figures: () => Figures; kill: () => void };
type Figures = { port: number; requests: number; sentBytes: number };
type Turn = { before: Readers; after: Readers; blog: Figures };

async function startBlog(): Promise<Blog> {
  let figures: Figures | undefined;
  const { promise: isThere, resolve } = Promise.withResolvers<void>();
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "kit/blog-at-home.ts")], {
    ipc: (told: Figures) => {
      figures = told;
      resolve();
    },
    stdout: "inherit",
    stderr: "inherit",
  });
  await isThere;
  const known = (): Figures => figures ?? { port: 0, requests: 0, sentBytes: 0 };
  return {
    url: `http://127.0.0.1:${known().port}`,
    figures: known,
    kill: () => child.kill("SIGKILL"),
  };
}

/** One minute of readers at an address, the blog killed in the middle of it. */
async function turn(blog: Blog, target: string): Promise<Turn> {
  const dying = setTimeout(() => blog.kill(), killedAtSecond * 1_000);
  const [before, after] = await readers({
    ...{ target, seconds, first: firstPerSecond, last: lastPerSecond, rampSeconds, articles },
    splitAt: killedAtSecond,
  });
  clearTimeout(dying);
  blog.kill();
  return { before, after, blog: blog.figures() };
}

async function behindCastor(): Promise<Turn> {
  const folder = mkdtempSync(join(tmpdir(), "castor-buzz-"));
  const blog = await startBlog();
  const flags = ["--cache", "--freeze"];
  const castor = await castorUp({ folder, site: blog.url, workers: 1, flags });
  try {
    return await turn(blog, castor.gateway.replace(/\/$/, ""));
  } finally {
    await castor.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function alone(): Promise<Turn> {
  const blog = await startBlog();
  return await turn(blog, blog.url);
}

const share = ({ served, visits }: Readers): number => (visits === 0 ? 0 : (served / visits) * 100);

/** A blog at home on an 8 Mbit/s line makes the front page: with Castor in front, and without. */
export async function bench(): Promise<BenchResult> {
  const without = await alone();
  const with_ = await behindCastor();
  const row = (
    what: string,
    castor: number,
    peer: number,
    unit: string,
    isLessBetter = false,
  ): BenchRow => ({
    ...{ what, castor, peer, peerName: "the blog alone", unit },
    ratio: isLessBetter ? peer / Math.max(castor, 0.001) : castor / Math.max(peer, 0.001),
  });
  const mb = ({ sentBytes }: Figures): number => sentBytes / 1_000_000;
  return {
    name: "buzz",
    rows: [
      row(
        "visits offered",
        with_.before.visits + with_.after.visits,
        without.before.visits + without.after.visits,
        "visits",
      ),
      row("served while the blog lives", share(with_.before), share(without.before), "% of visits"),
      row("a visit, 99 % within", with_.before.p99Ms, without.before.p99Ms, "ms", true),
      row("served after it died", share(with_.after), share(without.after), "% of visits"),
      row("a visit then, 99 % within", with_.after.p99Ms, without.after.p99Ms, "ms", true),
      row("sent by the blog", mb(with_.blog), mb(without.blog), "MB", true),
      row("requests at the blog", with_.blog.requests, without.blog.requests, "requests", true),
    ],
  };
}
