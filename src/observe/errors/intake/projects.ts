import { sameSecret } from "#kernel";
import type { Wait } from "../wire/replies.ts";
import type { Picture, PictureProject } from "./picture.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const smallPerEvent = 10;

/** A project as the intake sees it: who may send to it, by which rules, and how much more it may. */
export class Project {
  readonly number: number;
  readonly name: string;
  readonly scrub: PictureProject["scrub"];
  readonly owners: PictureProject["owners"];
  readonly #of: PictureProject;
  #minute: Bucket;
  #hour: Bucket;
  #small: Bucket;

  constructor(of: PictureProject, before: Project | undefined) {
    this.#of = of;
    this.number = of.number;
    this.name = of.project;
    this.scrub = of.scrub;
    this.owners = of.owners;
    // A change of something else gives nobody a fresh quota.
    this.#minute = before ? before.#minute : { since: 0, used: 0 };
    this.#hour = before ? before.#hour : { since: 0, used: 0 };
    this.#small = before ? before.#small : { since: 0, used: 0 };
  }

  /** Every key is compared, so that time tells nothing about which one was nearly right. */
  lets(key: string): boolean {
    return this.#of.keys.reduce((found, each) => sameSecret(each, key) || found, false);
  }

  /** May one more event come in at this time? Otherwise how long to wait. */
  admit(now: number): Wait | undefined {
    this.#minute = turned(this.#minute, now, minuteMs);
    if (this.#minute.used >= this.#of.eventsPerMinuteMax) return this.wait(now);
    this.#minute.used++;
    return undefined;
  }

  /** Told with the last event that is let in, so that the next one is not even sent. */
  wait(now: number): Wait | undefined {
    if (this.#minute.used < this.#of.eventsPerMinuteMax) return undefined;
    const seconds = Math.max(1, Math.ceil((this.#minute.since + minuteMs - now) / 1_000));
    return { seconds, categories: ["error", "default"], reason: "quota" };
  }

  /** May one more session, check-in or word of a user come in? Each costs little, and there are more of them. */
  admitSmall(now: number): boolean {
    this.#small = turned(this.#small, now, minuteMs);
    this.#small.used++;
    return this.#small.used <= smallPerEvent * this.#of.eventsPerMinuteMax;
  }

  /** Keys are public in browsers: who has one may fill the counts, but not the list of issues. */
  mayOpenIssue(now: number): boolean {
    this.#hour = turned(this.#hour, now, hourMs);
    if (this.#hour.used >= this.#of.newIssuesPerHourMax) return false;
    this.#hour.used++;
    return true;
  }
}

type Bucket = { since: number; used: number };
const turned = (bucket: Bucket, now: number, ms: number): Bucket =>
  now - bucket.since >= ms || now < bucket.since ? { since: now, used: 0 } : bucket;

/** The projects of a picture, keeping what those of the one before have used. */
export const projectsOf = (
  { projects }: Picture,
  before: ReadonlyMap<number, Project>,
): Map<number, Project> =>
  new Map(projects.map((each) => [each.number, new Project(each, before.get(each.number))]));
