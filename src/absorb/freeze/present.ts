import { view } from "#kernel";
import {
  crawlAsked,
  formKeyMade,
  type Frozen,
  frozen,
  snapshotFailed,
  snapshotTaken,
  type Taken,
  thawed,
} from "./contract.ts";

export type Present = {
  frozen: Record<string, Frozen>;
  taken: Record<string, Taken>;
  /** The snapshot before the last one: a worker may still be reading it. */
  before: Record<string, string>;
  /** Asked for by somebody and not begun yet. */
  asked: string[];
  failures: Record<string, { why: string; at: number }>;
  formKey: { publicKey: string } | null;
};

/** What holds now. */
export const present = view<
  Present,
  | typeof frozen
  | typeof thawed
  | typeof snapshotTaken
  | typeof snapshotFailed
  | typeof crawlAsked
  | typeof formKeyMade
>("freeze.present", {
  from: [frozen, thawed, snapshotTaken, snapshotFailed, crawlAsked, formKeyMade],
  empty: () => ({ frozen: {}, taken: {}, before: {}, asked: [], failures: {}, formKey: null }),
  apply: (known, { event, at }) => {
    switch (event.type) {
      case "freeze.frozen":
        known.frozen[event.data.service] = event.data;
        break;
      case "freeze.thawed":
        delete known.frozen[event.data.service];
        break;
      case "freeze.snapshot-taken":
        known.before[event.data.service] = known.taken[event.data.service]?.index ?? "";
        known.taken[event.data.service] = event.data;
        known.asked = known.asked.filter((each) => each !== event.data.service);
        delete known.failures[event.data.service];
        break;
      case "freeze.snapshot-failed":
        known.failures[event.data.service] = { why: event.data.why, at };
        known.asked = known.asked.filter((each) => each !== event.data.service);
        break;
      case "freeze.crawl-asked":
        if (!known.asked.includes(event.data.service)) known.asked.push(event.data.service);
        break;
      case "freeze.form-key-made":
        known.formKey = { publicKey: event.data.publicKey };
        break;
    }
    return known;
  },
});
