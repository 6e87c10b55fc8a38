import { afterEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { residentMb } from "../bench/kit/castor-up.ts";
import { intakeOf } from "./inbox.ts";
import { endAll, freePort, later, startCastor, until } from "./running.ts";

const timeoutMs = 230_000;
afterEach(endAll, timeoutMs);

const config = {
  errors: { eventsPerMinuteMax: 1_000_000, projects: { shop: {} } },
  gateway: { workers: 1 },
};
const MB = 1_000_000;
/** What the issue allows the inbox; control only passes bodies on. */
const residentMbMax = { "errors-intake": 400, control: 400 };

const enveloped = (event: string): string => `{}\n{"type":"event"}\n${event}`;
let made = 0;
const honest = (of: object = {}): string =>
  enveloped(
    JSON.stringify({ event_id: (++made).toString(16).padStart(32, "0"), message: "honest", ...of }),
  );
type Body = string | Uint8Array<ArrayBuffer>;
async function post(url: string, body: Body, encoding?: string): Promise<[number, string]> {
  const headers = encoding === undefined ? {} : { "content-encoding": encoding };
  const answer = await fetch(url, { method: "POST", body, headers });
  return [answer.status, answer.headers.get("x-sentry-error") ?? ""];
}

test(
  "what is sent to break the inbox gets a clear answer, costs no more memory than it may, and honest errors still come",
  async () => {
    const castor = await startCastor({ config });
    const url = await intakeOf(castor, "envelope");
    expect(await until("it takes events", async () => (await post(url, honest()))[0] === 200)).toBe(
      true,
    );
    const pids = Object.keys(residentMbMax).map((id) => [id, castor.pidOf(id)] as const);
    const most: Record<string, number> = {};
    const watching = setInterval(() => {
      for (const [id, pid] of pids) most[id] = Math.max(most[id] ?? 0, residentMb([pid]));
    }, 50);
    const zeros = Buffer.alloc(64 * MB, " ");
    const fast = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
    const bombs: [string, Uint8Array<ArrayBuffer>][] = [
      ["gzip", gzipSync(zeros, { level: 1 })],
      ["deflate", deflateSync(zeros, { level: 1 })],
      ["br", brotliCompressSync(zeros, fast)],
      ["zstd", zstdCompressSync(zeros)],
    ];
    const answers = await Promise.all(
      bombs.flatMap(([coding, bomb]) => Array.from({ length: 5 }, () => post(url, bomb, coding))),
    );
    for (const [status, why] of answers) {
      expect([413, 429]).toContain(status);
      expect(why).not.toBe("");
    }
    expect((await post(url, Buffer.alloc(100 * MB, "x")))[0]).toBe(413);
    const lie = gzipSync(honest());
    lie.writeUInt32LE(0xffff_ffff, lie.length - 4);
    expect(await post(url, lie, "gzip")).toEqual([400, expect.stringContaining("damaged")]);
    for (const length of [-1, 1, 9e15, "9", 1e300])
      expect([
        length,
        (await post(url, `{}\n{"type":"event","length":${JSON.stringify(length)}}\n{}`))[0],
      ]).toEqual([length, 400]);
    const deep = `{"extra":${`{"a":[`.repeat(5_000)}${"]}".repeat(5_000)}}`;
    expect((await post(url, enveloped(deep)))[0]).toBe(200);
    const broken = Buffer.concat([
      Buffer.from(enveloped('{"message":"')),
      Buffer.from([0xff, 0xfe, 0xc3, 0x28]),
      Buffer.from('"}'),
    ]);
    expect((await post(url, broken))[0]).toBe(200);
    expect((await post(url, honest()))[0]).toBe(200);
    clearInterval(watching);
    for (const [id, pid] of pids) {
      expect([id, castor.pidOf(id)]).toEqual([id, pid]);
      expect([
        id,
        most[id],
        (most[id] ?? Infinity) < residentMbMax[id as keyof typeof residentMbMax],
      ]).toEqual([id, most[id], true]);
    }
  },
  timeoutMs,
);

const canMount = process.getuid?.() === 0 && process.platform === "linux";
test.skipIf(!canMount)(
  "a disk that is full refuses each event with a pause, loses none that it acknowledged, can be asked, and takes events and decisions again when there is room",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "castor-e2e-full-"));
    later(() => rmSync(folder, { recursive: true, force: true }));
    const stores = join(folder, ".castor", "stores");
    mkdirSync(stores, { recursive: true });
    const mount = (...options: string[]): boolean =>
      Bun.spawnSync(["mount", "-t", "tmpfs", "-o", ...options, "tmpfs", stores]).success;
    expect(mount("size=6m")).toBe(true);
    later(() => Bun.spawnSync(["umount", "-l", stores]));
    const [gateway, console] = [freePort(), freePort()].map((port) => `http://127.0.0.1:${port}`);
    const castor = await startCastor({
      config,
      after: { folder, gateway: gateway ?? "", console: console ?? "" },
    });
    const url = await intakeOf(castor, "envelope");
    await until("it takes events", async () => (await post(url, honest()))[0] === 200);
    let acknowledged = 1;
    const large = (): string =>
      honest({
        extra: {
          noise: Buffer.from(crypto.getRandomValues(new Uint8Array(40_000))).toString("hex"),
        },
      });
    const refusals: [number, string][] = [];
    while (refusals.length < 20) {
      const answers = await Promise.all(Array.from({ length: 8 }, () => post(url, large())));
      for (const answer of answers)
        if (answer[0] === 200) acknowledged++;
        else refusals.push(answer);
    }
    for (const [status, why] of refusals)
      expect([status, why]).toEqual([503, expect.stringContaining("full")]);
    const listed = async (): Promise<{ id: string; events: number; assignee?: string }[]> => {
      const { issues } = (await castor.api.ask("errors.issues")) as {
        issues: { id: string; events: number; assignee?: string }[];
      };
      return issues;
    };
    // To the last byte: a note of one decision is small.
    Bun.spawnSync(["dd", "if=/dev/zero", `of=${join(stores, "filler")}`, "bs=4096"]);
    // What is decided meanwhile is a fact in the log, which the inbox cannot note down.
    await until("control knows it", async () => (await castor.log("errors.created")).length > 0);
    await castor.api.act("errors.assign", { issue: "shop-1", to: "the shop's crew" });
    expect(await listed()).toMatchObject([{ id: "shop-1", events: acknowledged }]);
    expect(mount("remount,size=60m")).toBe(true);
    expect((await post(url, honest()))[0]).toBe(200);
    expect(await listed()).toMatchObject([
      { id: "shop-1", events: acknowledged + 1, assignee: "the shop's crew" },
    ]);
  },
  timeoutMs,
);
