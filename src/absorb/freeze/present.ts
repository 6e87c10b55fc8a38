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
  /** When a snapshot was asked for by somebody, until one was begun after that. */
  asked: Record<string, number>;
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
  empty: () => ({ frozen: {}, taken: {}, before: {}, asked: {}, failures: {}, formKey: null }),
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
        answerAsked(known, event.data.service, at - event.data.tookMs);
        delete known.failures[event.data.service];
        break;
      case "freeze.snapshot-failed":
        known.failures[event.data.service] = { why: event.data.why, at };
        answerAsked(known, event.data.service, at - event.data.tookMs);
        break;
      case "freeze.crawl-asked":
        known.asked[event.data.service] = at;
        break;
      case "freeze.form-key-made":
        known.formKey = { publicKey: event.data.publicKey };
        break;
    }
    return known;
  },
});

/** Whoever asks while one is being taken means what is there now, so another one is taken. */
function answerAsked({ asked }: Present, service: string, begunAt: number): void {
  if ((asked[service] ?? 0) <= begunAt) delete asked[service];
}
