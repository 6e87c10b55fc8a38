/**
 * A process that the kill rounds kill: the control plane with a real log, real stores and a real network, which calls people
 * for the groups of alerts that it is told of; what other capabilities do by themselves is left out. Says each fact of a page on stdout.
 * Arguments: folder, port, configuration as JSON, and
 * capabilities that live too.
 */
import { join } from "node:path";
import { capabilities } from "../../../src/castor.ts";
import { inProcessBus } from "../../../src/kernel/bus/in-process.ts";
import { machineClock } from "../../../src/kernel/clock/machine.ts";
import { openCounters } from "../../../src/kernel/counters/open.ts";
import { httpApi } from "../../../src/kernel/http/api.ts";
import { openSqliteLog } from "../../../src/kernel/log/sqlite.ts";
import { upcastersOf } from "../../../src/kernel/log/record.ts";
import { machineNet } from "../../../src/kernel/net.ts";
import { memoryOutposts } from "../../../src/kernel/outposts/memory.ts";
import { castor, defaults } from "../../../src/kernel/runtime/castor.ts";
import { openSealer } from "../../../src/kernel/seal/sealer.ts";
import { memorySnapshots } from "../../../src/kernel/snapshots/memory.ts";
import { fileStores } from "../../../src/kernel/stores/file.ts";
import { smtpPost } from "../../../src/platform/mail/adapters/smtp.ts";
import { groupOpened, type GroupTold } from "../../../src/respond/alerts/contract.ts";
import { openPages, pagesView } from "../../../src/respond/paging/escalation/pages.ts";
import { testAuth } from "#kernel/testing";

const [folder = "", port = "0", said = "{}", ...more] = process.argv.slice(2);
const alive = new Set(["on-call", "paging", ...more]);
const slices = capabilities.map((each) => (alive.has(each.id) ? each : { ...each, reactions: [] }));

const clock = machineClock();
const bus = inProcessBus({ clock });
const snapshots = memorySnapshots({ bus });
const log = openSqliteLog({
  path: join(folder, "log.db"),
  clock,
  upcasters: upcastersOf(slices.flatMap((each) => each.emits)),
});
let told = log.head();
log.onCommit((head) => {
  for (const { event } of log.page({ after: told }))
    if (event.type.startsWith("paging.")) process.stdout.write(`${event.type}\n`);
  told = head;
});
const given = JSON.parse(said) as Record<string, unknown>;
const config = Object.fromEntries(
  slices.map(({ id, config: schema }) => [
    id,
    given[id] === undefined ? undefined : schema.parse(given[id]),
  ]),
);
const whole = {
  ...defaults(slices),
  ...Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)),
};
const running = await castor(
  slices,
  {
    ...{ clock, bus, log, snapshots, net: machineNet, viewsPath: join(folder, "views.db") },
    sealer: openSealer({ path: join(folder, "keys.db"), clock }),
    counters: openCounters({ path: ":memory:", clock }),
    stores: fileStores({ folder: join(folder, "stores") }),
    outposts: memoryOutposts({ clock, bus, snapshots }),
  },
  { config: whole, equipment: { mail: { post: smtpPost, readTrust: () => "" } } },
);
log.onCommit(() => {
  const open = openPages(running.views.get(pagesView));
  process.stdout.write(`needy ${open.filter(({ phase }) => phase === "triggered").length}\n`);
});
const api = httpApi({ castor: running, auth: testAuth({ clock }) });
const teller = slices.find(({ id }) => id === "alerts");
if (!teller) throw new Error("There are no alerts.");
const fx = running.effects(teller, { actor: { kind: "system", id: "alerts" } });
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  fetch: async (request, of) => {
    const { pathname } = new URL(request.url);
    if (pathname !== "/tell") return await api(request, of.requestIP(request)?.address ?? "");
    // As the process that takes alerts tells control: the same id again is the same fact.
    const told = (await request.json()) as GroupTold;
    await fx.record(`groups/${told.group}`, [groupOpened(told)], { id: `told.${told.group}` });
    return new Response("kept");
  },
});
process.stdout.write(`ready ${server.port}\n`);
