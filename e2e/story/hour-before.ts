import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { requests } from "../../src/absorb/gateway/contract.ts";
import { virtualClock } from "../../src/kernel/clock/virtual.ts";
import { openCounters } from "../../src/kernel/counters/open.ts";
import { openSqliteLog } from "../../src/kernel/log/sqlite.ts";
import { castorStarted } from "../../src/kernel/runtime/own.ts";
import { looks } from "../../src/respond/alerts/contract.ts";

const minuteMs = 60_000;
const minutes = 75;
const requestsPerMinute = 40;

/** The data of a Castor that saw more than an hour in which all was well: an error budget needs an hour to look back on. */
export async function writeHourBefore(data: string): Promise<void> {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const clock = virtualClock({ now: Date.now() - minutes * minuteMs });
  const log = openSqliteLog({ path: join(data, "log.db"), clock });
  await log.append({
    ...{ id: clock.id(), by: { kind: "system", id: "castor" } },
    events: [
      { stream: "castor/up", ...castorStarted({ version: "0.0.0", epoch: log.epoch, head: 0 }) },
    ],
  });
  await log.close();
  const counters = openCounters({ path: join(data, "counters.db"), clock });
  for (let minute = 0; minute < minutes; minute++) {
    counters.add(requests, { route: "shop", service: "shop", class: "2xx" }, requestsPerMinute);
    counters.add(looks, {}, 6);
    await clock.advance(minuteMs);
  }
  await counters.close();
}
