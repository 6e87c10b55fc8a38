import { isRefusal, processesOf } from "#kernel";
import { testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { settings } from "../../platform/settings/index.ts";
import { audit, hubAway, status } from "./contract.ts";
import {
  type DeskOrders,
  type DeskReport,
  roomsCluster,
  roomsSnapshot,
} from "./workers/contract.ts";
import { waitingRoom } from "./index.ts";
import { keysAt } from "./picture.ts";

const DAY = 86_400_000;
const sale = { routes: ["/checkout"], activeMax: 2, newPerMinute: 60, poll: "5s" };
const start = async (rooms: Record<string, unknown> = { sale }) => {
  const ports = testPorts();
  const castor = await testCastor([settings, waitingRoom], {
    ports,
    config: { "waiting-room": { rooms } },
    equipment: { machine: { folder: "/srv" } },
  });
  await ports.snapshots.put(processesOf("gateway"), {
    processes: [{ id: "gateway-1", kind: "worker", command: ["true"] }],
  });
  await castor.advance(100);
  return { castor, ports };
};
type Started = Awaited<ReturnType<typeof start>>;

/** A worker that says what the test wants, and knows the hub. */
function worker({ ports }: Started) {
  let hub = "";
  const tell = async (over: Partial<DeskReport> = {}): Promise<DeskOrders> => {
    const report: DeskReport = {
      ...{ room: "sale", worker: "gateway-1.x", hub, waiting: [], claims: [], wanted: 0 },
      ...{ stayed: [], left: [], came: [], began: 0, hasMore: false, ...over },
    };
    const orders = (await ports.bus.request(roomsCluster.name, report, {
      timeoutMs: 1_000,
    })) as DeskOrders;
    ({ hub } = orders);
    if (!orders.tellAll) return orders;
    return tell({ ...over, known: { inside: [], waiting: [], expected: [], entered: [] } });
  };
  return tell;
}

test("workers get the rooms and a key of 256 bits", async () => {
  const started = await start();
  await using _ = started.castor;
  const picture = started.ports.snapshots.get(roomsSnapshot)?.value;
  expect(Buffer.from(picture?.keys[0]?.key ?? "", "base64")).toHaveLength(32);
  expect(picture?.rooms).toMatchObject([{ id: "sale", mode: "when-full", refreshMs: 5_000 }]);
});

test("the key is changed after a week, and the one before it still opens", () => {
  let made = 0;
  const newKey = (): Uint8Array => new Uint8Array([++made]);
  const first = keysAt(0, [], newKey);
  expect(keysAt(7 * DAY - 1, first, newKey)).toBe(first);
  const second = keysAt(7 * DAY, first, newKey);
  expect(second.map(({ key }) => key)).toEqual(["Ag==", "AQ=="]);
  expect(keysAt(14 * DAY, second, newKey).map(({ key }) => key)).toEqual(["Aw==", "Ag=="]);
});

test("without a room nothing is written for the workers", async () => {
  const { castor, ports } = await start({});
  await using _ = castor;
  expect(ports.snapshots.get(roomsSnapshot)).toBeUndefined();
});

test("people who wait are let in as places become free; the line and its account are facts", async () => {
  const started = await start();
  await using castor = started.castor;
  const tell = worker(started);
  expect((await tell({ wanted: 3 })).lent).toBe(2);
  const now = castor.clock.now();
  await tell({
    came: [
      ["a", now],
      ["b", now],
    ],
    began: 1,
  });
  await castor.advance(7_000);
  expect((await tell({ waiting: [["c", now]] })).admitted).toEqual([]);
  await castor.advance(2_000);
  const [room] = (await castor.ask(status, {})).rooms;
  expect(room).toMatchObject({
    ...{ active: 2, waiting: 1, enteredLastMinute: 2, mode: "when-full" },
  });
  const { admitted } = await tell({ left: ["a"], waiting: [["c", now]] });
  expect(admitted).toEqual(["c"]);
  expect((await tell({ claims: ["c"] })).entered).toEqual(["c"]);

  await castor.advance(65_000);
  expect(castor.types()).toContain("waiting-room.queue-began");
  expect(castor.types()).toContain("waiting-room.queue-ended");
  const [account] = (await castor.ask(audit, {})).rooms;
  expect(account).toMatchObject({ room: "sale", admitted: 1, inversions: 0 });
});

test("a room is opened and closed for a while by somebody's word, which workers hear at once", async () => {
  const started = await start();
  await using castor = started.castor;
  const mode = () => started.ports.snapshots.get(roomsSnapshot)?.value.rooms[0]?.mode;
  await castor.run("waiting-room.open", {
    ...{ room: "sale", reason: "the sale begins", everyone: true, for: "10m" },
  });
  await castor.advance(100);
  expect(mode()).toBe("everyone");
  expect((await worker(started)({ wanted: 1 })).mode).toBe("everyone");
  await castor.run("waiting-room.close", { room: "sale", reason: "all is well", for: "5m" });
  await castor.advance(100);
  expect(mode()).toBe("off");
  await castor.advance(5 * 60_000);
  expect(mode()).toBe("when-full");
  // The first word's time is over too, and ends nothing any more.
  await castor.advance(10 * 60_000);
  expect(castor.types().filter((type) => type === "waiting-room.released")).toHaveLength(1);
});

test("an event gathers people, starts, and ends; each is told once", async () => {
  const quiz = { name: "quiz", every: "10m", for: "60s", preQueue: "30s" };
  const started = await start({ sale: { ...sale, open: "manual", events: [quiz] } });
  await using castor = started.castor;
  const tell = worker(started);
  await castor.advance(120_000);
  const before = castor.types().length;
  const untilNext = 600_000 - (castor.clock.now() % 600_000);
  expect((await tell()).mode).toBe("off");
  await castor.advance(untilNext - 20_000);
  expect(await tell()).toMatchObject({ mode: "before-event", lent: 0 });
  const since = castor.clock.now();
  await castor.advance(10_000);
  expect((await tell({ waiting: [["early", since]] })).admitted).toEqual([]);
  await castor.advance(11_000);
  expect((await tell({ waiting: [["early", since]] })).admitted).toEqual(["early"]);
  await castor.advance(60_000);
  expect((await tell()).mode).toBe("off");
  const told = castor
    .types()
    .slice(before)
    .filter((type) => type.includes("event") || type.includes("pre-queue"));
  expect(told).toEqual([
    "waiting-room.pre-queue-opened",
    "waiting-room.event-started",
    "waiting-room.event-ended",
  ]);
});

test("more are let in than the numbers say when somebody says so; a room that is not there is no room", async () => {
  const started = await start();
  await using castor = started.castor;
  const tell = worker(started);
  const now = castor.clock.now();
  await tell({ wanted: 2 });
  await tell({
    came: [
      ["a", now],
      ["b", now],
    ],
    waiting: [
      ["c", now],
      ["d", now],
    ],
  });
  expect(
    await castor.act("waiting-room.admit", { room: "sale", count: 5, reason: "the press" }),
  ).toEqual({
    ...{ room: "sale", admitted: 2 },
  });
  expect((await tell()).admitted).toEqual(["c", "d"]);
  const refused = await castor.act("waiting-room.admit", {
    room: "x",
    count: 1,
    reason: "why not",
  });
  expect(isRefusal(refused)).toBe(true);
  expect(hubAway.status).toBe(503);
});

test("numbers hold at once, also when they come from the configuration", async () => {
  const started = await start();
  await using castor = started.castor;
  const tell = worker(started);
  await castor.run("waiting-room.set-numbers", {
    ...{ room: "sale", newPerMinute: 0, reason: "the database is down", for: "1m" },
  });
  expect((await tell({ wanted: 3 })).lent).toBe(0);
  await castor.advance(61_000);
  expect(castor.types()).toContain("waiting-room.numbers-reset");
  expect((await tell({ wanted: 3 })).lent).toBe(2);
});
