import type { Outpost } from "#kernel";
import {
  liveNames,
  livePicture,
  type LivePicture,
  liveTold,
  type LiveTold,
  liveUnbegun,
  nodeCluster,
  outpostOf,
} from "../contract/orders.ts";
import { addressOf } from "../picture.ts";
import { Audience } from "../nodes/audience.ts";
import { MergedCells } from "../nodes/merge.ts";
import { forwardOver } from "../nodes/forwarding.ts";
import { stageTold } from "../stage/told.ts";
import { replyTo } from "./desk.ts";
import { foyer } from "./foyer.ts";
import type { Clocks, Hall } from "./hall.ts";
import { machineNow } from "./machine-now.ts";
import { placesIn } from "./join/places.ts";
import { LiveNode } from "./node.ts";
import { durably, load, Telling } from "./telling.ts";

const tellEveryMs = 100;
/** While nothing changes, control hears of a node this often. */
const stillTellEveryMs = 1_000;

export type RunningNode = { node: LiveNode; close(): Promise<void> };

/** Starts a node on the ports of its outpost. */
export function startNode(outpost: Outpost): RunningNode {
  const { bus, clock } = outpost;
  const number = Number(outpost.name.slice(outpostOf(0).length - 1));
  const clocks: Clocks = {
    now: () => performance.now(),
    wall: () => clock.now(),
    after: (ms, act) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
  };
  let picture: LivePicture | undefined;
  const places = placesIn({ node: number, folder: outpost.folder });
  const elsewhere = foyer({ bus, node: number, places });
  const node = new LiveNode({
    ...{ node: number, folder: outpost.folder, clocks, elsewhere },
    note: (message) => outpost.note(message),
    around: {
      addressOf: (hall, of) => addressIn(picture, hall, of),
      forward: (hall, to, answers) => forwardOver(bus, { run: hall.run.run, node: to, answers }),
    },
  });
  const telling = tell(node, outpost, clocks);
  const ends = [
    bus.serve(nodeCluster(number), {
      request: ({ body }) =>
        replyTo(body, {
          hall: (run) => node.halls.get(run),
          places,
          tell: (hall, only) => durably(hall, telling.of(hall).take({ all: true, only })),
        }),
    }),
    telling.stop,
    bus.subscribe(liveNames.name, ({ body }) => {
      const told = liveNames.schema.safeParse(body);
      const hall = told.success ? node.halls.get(told.data.run) : undefined;
      if (told.success) hall?.stage.name(told.data.names);
    }),
  ];
  outpost.follow(livePicture, (next) => {
    picture = next;
    void node.obey(next);
  });
  return {
    node,
    close: async () => {
      for (const end of ends) end();
      await node.stop();
    },
  };
}

function addressIn(picture: LivePicture | undefined, hall: Hall, node: number): string | undefined {
  const found = picture?.nodes.find((each) => each.node === node);
  return found && `${addressOf(found).replace(/^http/, "ws")}/live/${hall.run.run}/ws`;
}

/** What is known of all nodes of a run. */
type Heard = { cells: MergedCells; audience: Audience };

/**
 * Ten times a second: what was counted goes to control and the other nodes, and all of it together to the stages. Once a
 * second the cells of the latest question go too: control or a node that started anew has heard nothing of them.
 */
function tell(
  node: LiveNode,
  { bus, folder }: Outpost,
  clocks: Clocks,
): { of(hall: Hall): Telling; stop(): void } {
  const own = {
    load: load(() => clocks.now()),
    machine: machineNow(() => clocks.now(), folder),
    deaf: () => node.deaf,
    answerUs: () => node.answerUs,
  };
  const tellings = new WeakMap<Hall, Telling>();
  const merged = new WeakMap<Hall, Heard>();
  const known = <V>(map: WeakMap<Hall, V>, hall: Hall, make: () => V): V => {
    const value = map.get(hall) ?? make();
    map.set(hall, value);
    return value;
  };
  const of = (hall: Hall): Telling => known(tellings, hall, () => new Telling(hall, own));
  const heardIn = (hall: Hall): Heard =>
    known(merged, hall, () => ({ cells: new MergedCells(), audience: new Audience() }));
  const hear = (hall: Hall, told: LiveTold): void => {
    const { cells, audience } = heardIn(hall);
    if (cells.hear(told)) audience.hear(told, clocks.now());
  };
  const leave = bus.subscribe(liveTold.name, ({ body }) => {
    const told = liveTold.schema.safeParse(body);
    const hall = told.success && node.halls.get(told.data.run);
    if (hall && told.data.epoch !== hall.engine.epoch) hear(hall, told.data);
  });
  let stillAt = 0;
  const round = (): void => {
    const isStill = clocks.now() - stillAt < stillTellEveryMs;
    if (!isStill) stillAt = clocks.now();
    if (isStill)
      for (const [run, { why }] of node.unbegun)
        bus.publish(liveUnbegun.name, { run, node: node.number, why });
    for (const hall of node.halls.values()) {
      const telling = of(hall);
      if (isStill && !telling.hasNews && hall.stage.size === 0) continue;
      const told = telling.take({ all: false, also: isStill ? undefined : hall.latest() });
      void durably(hall, told).then((sure) => {
        hear(hall, sure);
        bus.publish(liveTold.name, sure);
      });
      if (hall.stage.size > 0) showStage(hall, heardIn(hall), clocks);
    }
  };
  let next = clocks.after(tellEveryMs, function again() {
    round();
    next = clocks.after(tellEveryMs, again);
  });
  return {
    of,
    stop: () => {
      leave();
      next();
    },
  };
}

function showStage(hall: Hall, { cells: merged, audience }: Heard, clocks: Clocks): void {
  const place = hall.latest();
  const cells = place === undefined ? [] : merged.cells(place);
  hall.stage.tell(
    stageTold(hall.run, {
      ...{ now: clocks.wall(), connections: audience.count(clocks.now()), place, cells },
      ranking: hall.stage.ranking,
    }),
  );
}
