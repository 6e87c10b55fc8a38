import { expect, test } from "bun:test";
import { subscribers } from "../contract.ts";
import { minuteMs, post } from "../world.testing.ts";
import type { News } from "./news.ts";
import type { Due, Fate } from "./sendings.ts";
import { rosterOf, sendingsOf } from "./store.ts";
import { open, subscriber } from "./subscribers.testing.ts";
import { lanes, stopTelling } from "./tell.ts";

test("what is withdrawn is told to nobody more, not even by letters that wait for the mail server", async () => {
  const here = await open();
  await using _ = here.castor;
  for (const who of ["ana", "bo", "cy"]) await subscriber(here, `${who}@home.example`);
  here.postOffice.letters.length = 0;
  here.postOffice.isAway = true;
  await here.run("post", post({}));
  await here.run("withdraw", { thread: await here.thread(), reason: "a false alarm" });
  here.postOffice.isAway = false;
  await here.castor.advance(20 * minuteMs);
  expect(here.postOffice.letters).toEqual([]);
});

test("what is stopped while it is being told stays stopped, whatever its telling came to", async () => {
  const here = await open();
  await using _ = here.castor;
  for (const who of ["ana", "bo", "cy"]) await subscriber(here, `${who}@home.example`);
  here.postOffice.letters.length = 0;
  const sendings = sendingsOf(here.read());
  const news: News = {
    ...{ post: "p", thread: "t", title: { en: "Down" }, stage: "investigating" },
    ...{ text: { en: "Down." }, components: [], at: 1 },
  };
  const doing = async <T>(work: Promise<T>): Promise<T> =>
    (await Promise.all([work, here.ports.clock.advance(10)]))[0];
  await doing(sendings.begin(news, 0));
  const batch = sendings.due(1, { kind: "email", limit: 9 });
  expect(batch).toHaveLength(3);
  await doing(rosterOf(here.read()).remove(batch[0]?.subscriber.id ?? ""));
  // Letters of both may be in the outbox: neither is ticked off.
  expect(await doing(sendings.stop("t"))).toHaveLength(2);
  const again: Fate = { state: "waiting", due: 0, why: "503" };
  const stopped = await doing(sendings.settle(batch.map((due): [Due, Fate] => [due, again])));
  expect(stopped).toEqual(batch);
  expect(sendings.due(9, { kind: "email", limit: 9 })).toEqual([]);
});

test("letters that are ordered while their news is withdrawn do not go", async () => {
  const here = await open();
  await using _ = here.castor;
  await subscriber(here, "ana@home.example");
  here.postOffice.letters.length = 0;
  here.postOffice.isAway = true;
  const posting = here.castor.run("status-page.post", post({}));
  await here.castor.advance(20);
  await posting;
  const fx = here.read();
  const [news] = (await here.castor.ask(subscribers, {})).sendings;
  expect(news).toMatchObject({ total: 1, waiting: 1 });
  const [[, tellLetters]] = lanes;
  const both = Promise.all([tellLetters(fx), stopTelling(fx, news?.thread ?? "")]);
  await here.castor.advance(100);
  await both;
  here.postOffice.isAway = false;
  await here.castor.advance(20 * minuteMs);
  expect(here.postOffice.letters).toEqual([]);
});
