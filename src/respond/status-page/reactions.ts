import {
  due,
  type Effects,
  type EventOf,
  every,
  on,
  type Reaction,
  reconcile,
  type Recorded,
} from "#kernel";
import { failed } from "../../platform/mail/contract.ts";
import { configApplied } from "../../platform/settings/contract.ts";
import { board } from "./board.ts";
import { learnBrand } from "./brand.ts";
import type { Config } from "./config.ts";
import {
  componentShown,
  maintenanceMoved,
  maintenancePlanned,
  pageFacts,
  posted,
  signUps,
  withdrawn,
} from "./contract.ts";
import { learnLanguages } from "./languages.ts";
import type { Equipment } from "./publish/place.ts";
import { publishDue, publishSoon } from "./publish/round.ts";
import { newsOf } from "./subscribers/news.ts";
import { rosterOf, sendingsOf } from "./subscribers/store.ts";
import { lanes, stopTelling, subscriberOf } from "./subscribers/tell.ts";
import { tellTesters } from "./subscribers/testers.ts";
import { moveCommand } from "./verbs.ts";

/** A component's days begin when the page first shows it. */
async function rememberComponents(fx: Effects<Config>): Promise<void> {
  const { since } = fx.view(board);
  for (const component of Object.keys(fx.config.components))
    if (since[component] === undefined) await fx.record("page", [componentShown({ component })]);
}

const lookEveryMs = 5_000;

type PageFact = EventOf<typeof posted | typeof maintenancePlanned | typeof maintenanceMoved>;
/** The test audience is another list, reached by another way: see subscribers/testers.ts. */
async function tellAbout({ event, at }: Recorded<PageFact>, fx: Effects<Config>): Promise<void> {
  if ("audience" in event.data && event.data.audience === "test")
    return await tellTesters(fx, { post: event.data.thread, ...event.data });
  if (fx.config.subscribe.address === undefined) return;
  const news = newsOf(event, at, fx.view(board));
  if (news) await sendingsOf(fx).begin(news, fx.now);
}

/** The mail server says that there is nobody: the address is told nothing until its owner confirms again. */
async function pauseBounced(
  { event }: Recorded<EventOf<typeof failed>>,
  fx: Effects<Config>,
): Promise<void> {
  const { letter, isAddress, why } = event.data;
  const subscriber = subscriberOf(letter);
  if (subscriber === undefined || !isAddress) return;
  if (await rosterOf(fx).pause(subscriber, { why, now: fx.now }))
    fx.count(signUps, { kind: "email", outcome: "paused" });
}

/** A file may change while its name stays. */
const brandEveryMs = 60_000;
async function wearBrand(fx: Effects<Config>): Promise<void> {
  const { isChanged, mistakes } = await learnBrand(
    fx,
    fx.equipment<Equipment>("status-page").files,
  );
  for (const mistake of mistakes) fx.note(mistake);
  if (isChanged) await publishSoon(fx);
}

const tellEveryMs = 1_000;

export const reactions: readonly Reaction[] = [
  on("status-page.tell-post", posted, tellAbout),
  on("status-page.tell-maintenance", maintenancePlanned, tellAbout),
  on("status-page.tell-move", maintenanceMoved, tellAbout),
  on("status-page.stop-telling", withdrawn, async ({ event }, fx: Effects<Config>) => {
    if (fx.config.subscribe.address !== undefined) await stopTelling(fx, event.data.thread);
  }),
  on("status-page.pause-bounced", failed, pauseBounced),
  ...lanes.map(([name, tell]) =>
    every(`status-page.tell-${name}`, tellEveryMs, async (fx: Effects<Config>) => {
      if (fx.config.subscribe.address !== undefined) await tell(fx);
    }),
  ),
  reconcile("status-page.languages", [configApplied], async (fx: Effects<Config>) => {
    const { files } = fx.equipment<Equipment>("status-page");
    for (const mistake of await learnLanguages(fx.config, files)) fx.note(mistake);
  }),
  reconcile("status-page.brand", [configApplied], wearBrand),
  every("status-page.brand-changed", brandEveryMs, wearBrand),
  reconcile("status-page.publish", [...pageFacts, configApplied], publishSoon),
  every("status-page.pulse", lookEveryMs, publishDue),
  reconcile("status-page.components", [configApplied], rememberComponents),
  due(
    "status-page.maintenance-begins",
    maintenancePlanned,
    ({ event }) => event.data.from,
    async ({ event: { data } }, fx: Effects<Config>) =>
      void (await fx.run(moveCommand, { thread: data.thread, to: "in_progress" })),
  ),
  due(
    "status-page.maintenance-ends",
    maintenancePlanned,
    ({ event }) => event.data.to,
    async ({ event: { data } }, fx: Effects<Config>) =>
      void (await fx.run(moveCommand, { thread: data.thread, to: "completed" })),
  ),
];
