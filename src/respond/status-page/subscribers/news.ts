import type { EventOf } from "#kernel";
import type { Board } from "../board.ts";
import type {
  IncidentStage,
  MaintenanceStage,
  maintenanceMoved,
  maintenancePlanned,
  posted,
  Words,
} from "../contract.ts";

/** One piece of news, as subscribers are told it. `post` is its identity: the same post is told once. */
export type News = {
  post: string;
  thread: string;
  title: Words;
  stage: IncidentStage | MaintenanceStage;
  text: Words;
  components: string[];
  at: number;
  /** Of maintenance: when. */
  between?: { from: number; to: number };
};

type PostedFact =
  EventOf<typeof posted> | EventOf<typeof maintenancePlanned> | EventOf<typeof maintenanceMoved>;

/** What a fact tells, given the page with it on; undefined where it is not (any more) on the page. */
export function newsOf(event: PostedFact, at: number, board: Board): News | undefined {
  const { thread } = event.data;
  const incident = board.incidents.find((each) => each.thread === thread);
  const maintenance = board.maintenances.find((each) => each.thread === thread);
  const shown = incident ?? maintenance;
  if (!shown) return undefined;
  const post = event.type === "status-page.maintenance-planned" ? thread : event.data.post;
  const stage =
    event.type === "status-page.posted"
      ? event.data.stage
      : event.type === "status-page.maintenance-moved"
        ? event.data.to
        : "scheduled";
  return {
    ...{ post, thread, title: shown.title, stage, text: event.data.text, at },
    components: shown.components,
    ...(maintenance ? { between: { from: maintenance.from, to: maintenance.to } } : {}),
  };
}
