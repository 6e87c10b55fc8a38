import type * as cache from "../../absorb/cache/contract.ts";
import type * as faults from "../../absorb/faults/contract.ts";
import type * as freeze from "../../absorb/freeze/contract.ts";
import type * as gateway from "../../absorb/gateway/contract.ts";
import type * as surge from "../../absorb/surge/contract.ts";
import type * as waitingRoom from "../../absorb/waiting-room/contract.ts";
import type * as errors from "../../observe/errors/contract.ts";
import type * as log from "../../platform/log/contract.ts";
import type * as people from "../../platform/people/contract.ts";
import type * as settings from "../../platform/settings/contract.ts";
import type * as tokens from "../../platform/tokens/contract.ts";
import type * as catalog from "../../run/catalog/contract.ts";

/** What a query answers, from its contract. */
type Answer<Q> = Q extends { output: { _zod: { output: infer O } } } ? O : never;

export type GatewayNow = Answer<typeof gateway.now>;
export type GatewayRoutes = Answer<typeof gateway.routes>;
export type GatewayRefusals = Answer<typeof gateway.refused>;
export type CacheNow = Answer<typeof cache.now>;
export type FaultsNow = Answer<typeof faults.now>;
export type FreezeStatus = Answer<typeof freeze.status>;
export type FreezeForms = Answer<typeof freeze.forms>;
export type FreezeCoverage = Answer<typeof freeze.coverage>;
export type Rooms = Answer<typeof waitingRoom.status>;
export type SurgeStatus = Answer<typeof surge.status>;
export type ErrorIssues = Answer<typeof errors.issues>;
export type ErrorIssue = Answer<typeof errors.issue>;
export type ErrorEvent = Answer<typeof errors.occurrence>;
export type ErrorProjects = Answer<typeof errors.projects>;
export type ErrorReport = Answer<typeof errors.report>;
export type ErrorSpikes = Answer<typeof errors.spikes>;
export type ErrorFilters = Answer<typeof errors.filters>;
export type LogPage = Answer<typeof log.search>;
export type LogEvent = LogPage["events"][number];
export type LogWhole = Answer<typeof log.whole>;
export type LogTypes = Answer<typeof log.types>;
export type People = Answer<typeof people.list>;
export type Person = People["people"][number];
export type Invitation = People["invitations"][number];
export type Sessions = Answer<typeof people.sessions>;
export type Tokens = Answer<typeof tokens.list>;
export type Configuration = Answer<typeof settings.config>;

export type Services = Answer<typeof catalog.services>;
export type Service = Services[number];
export type ServiceInstance = Service["instances"][number];
export type InstanceLogs = Answer<typeof catalog.instanceLogs>;
