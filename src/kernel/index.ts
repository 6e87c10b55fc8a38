export * from "./contract.ts";
export {
  capability,
  type Capability,
  type ConfigMistake,
  type Gauge,
} from "./manifest/capability.ts";
export {
  action,
  type Action,
  answer,
  type Answer,
  command,
  type Command,
  type Decide,
  type Decision,
  type Facts,
  type Model,
} from "./manifest/decisions.ts";
export {
  type Caller,
  due,
  type Effects,
  every,
  heard,
  type Net,
  on,
  type Reaction,
  reconcile,
  type Read,
  route,
  type Route,
  serve,
  started,
} from "./manifest/effects.ts";
export type { Deed, Destroys, Guard, Release } from "./manifest/guard.ts";
export { explain, type Manifest } from "./runtime/explain.ts";
export { manifest, ownCapability } from "./runtime/own.ts";
export { barePages, inHtml, linesInHtml } from "./http/bare-page.ts";
export { askPublic, fetchPublic, isPublicAddress, NotPublic, textWithin } from "./public-fetch.ts";
export { type Expression, expressionOf, foundIn } from "./expression.ts";
export { distrustOf, type PeerCertificate, seeingCertificate } from "./peer-certificate.ts";
export { recordTypes, type RecordType } from "./name-server.ts";
export type { Hello } from "./hello.ts";
export { webhookHeaders, webhookSecret, WebhookSecret } from "./standard-webhooks.ts";
export { readSigned, sameSecret, type Seal, signText } from "./signed-text.ts";
export type { Preface } from "./starttls.ts";
export type { TextFile, TextFolder } from "./text-folder.ts";
export { reactionParked, reactionRetried } from "./runtime/attempts.ts";
export { oneAtATime, perCastor } from "./runtime/per-castor.ts";
export { Turns } from "./runtime/turns.ts";
export { table, type Tables, type TableView, view, type View } from "./manifest/views.ts";
export {
  BodyRefused,
  decodeBody,
  deflated,
  inflated,
  readBytes,
  Room,
  type Share,
} from "./http/body.ts";
export type { Machine } from "./machine.ts";
export { pictureAnswer, pictureType } from "./http/picture.ts";
export { packageFile } from "./package-file.ts";
export type { Crew } from "./outposts/crew.ts";
export { type Found, Outbox, toOutbox } from "./outposts/outbox.ts";
export type { Outpost, Outposts } from "./outposts/outpost.ts";
export {
  StoreFull,
  StoreUnknown,
  type Store,
  type StoreDef,
  type Stores,
} from "./stores/stores.ts";
export { openedStore, ownStore } from "./stores/own.ts";
export {
  asUtc,
  instantOf,
  laterWall,
  monthsLater,
  offsetMs,
  type Wall,
  wallOf,
  weekdayOf,
  Zone,
} from "./clock/wall.ts";
export { type Calendar, type CalendarEntry, icalOf } from "./clock/ical.ts";
export type { Position, Recorded, Replayed } from "./log/log.ts";
export { type Beginning, suspects } from "./log/suspects.ts";
export { suspected } from "./log/suspected.ts";
export { createTally, hash32, type Tally } from "./counters/tally.ts";
export { HyperLogLog } from "./counters/hyperloglog.ts";
export type {
  Delta,
  Distribution,
  Labels,
  Range,
  Resolution,
  Series,
} from "./counters/counters.ts";
export {
  keeperCluster,
  KeeperList,
  type KeeperRequest,
  KeeperRestart,
  KeeperTail,
  processesOf,
  processesState,
  processFact,
  ProcessSpec,
  ProcessState,
} from "./processes/process.ts";
export type { Auth, AuthFact, Identity, NewLink } from "./auth/auth.ts";
export { networkOf } from "./auth/caller.ts";
