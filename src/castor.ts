import type { Capability } from "#kernel";
import { cache } from "./absorb/cache/index.ts";
import { certificatesCapability } from "./absorb/certificates/index.ts";
import { faults } from "./absorb/faults/index.ts";
import { freeze } from "./absorb/freeze/index.ts";
import { gateway } from "./absorb/gateway/index.ts";
import { live } from "./absorb/live/index.ts";
import { surge } from "./absorb/surge/index.ts";
import { waitingRoom } from "./absorb/waiting-room/index.ts";
import { library } from "./learn/library/index.ts";
import { postMortems } from "./learn/post-mortems/index.ts";
import { reliability } from "./learn/reliability/index.ts";
import { errors } from "./observe/errors/index.ts";
import { probes } from "./observe/probes/index.ts";
import { approvals } from "./platform/approvals/index.ts";
import { console } from "./platform/console/index.ts";
import { log } from "./platform/log/index.ts";
import { mail } from "./platform/mail/index.ts";
import { people } from "./platform/people/index.ts";
import { privacy } from "./platform/privacy/index.ts";
import { push } from "./platform/push/index.ts";
import { settings } from "./platform/settings/index.ts";
import { tokens } from "./platform/tokens/index.ts";
import { alerts } from "./respond/alerts/index.ts";
import { handoff } from "./respond/handoff/index.ts";
import { incidents } from "./respond/incidents/index.ts";
import { onCall } from "./respond/on-call/index.ts";
import { paging } from "./respond/paging/index.ts";
import { runbooks } from "./respond/runbooks/index.ts";
import { statusPage } from "./respond/status-page/index.ts";
import { catalog } from "./run/catalog/index.ts";

/** The table of contents: every capability that Castor has, earlier groups first. */
export const capabilities: readonly Capability[] = [
  log,
  people,
  tokens,
  privacy,
  push,
  settings,
  console,
  mail,
  approvals,
  catalog,
  certificatesCapability,
  gateway,
  cache,
  faults,
  freeze,
  surge,
  waitingRoom,
  live,
  errors,
  probes,
  alerts,
  onCall,
  incidents,
  runbooks,
  statusPage,
  paging,
  handoff,
  library,
  postMortems,
  reliability,
];
