import { action, answer, capability, keeperCluster, KeeperRestart, KeeperTail } from "#kernel";
import * as z from "zod";
import { known, mayServe, runs } from "./catalog.ts";
import { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { describeServices } from "./picture.ts";
import { reactions } from "./reactions.ts";

const keeperAnswersWithinMs = 5_000;

export const catalog = capability({
  id: "catalog",
  about: "Services and their instances: what is to run, where it is, and how healthy it is.",
  config: Config,
  emits: contract.instanceChanges,
  refuses: [contract.unknownInstance, contract.notOurs, contract.keeperAway],
  views: [known],
  reactions,
  answers: [
    answer(contract.services, describeServices),
    answer(contract.dependencies, (read) => (read.config as Config).dependsOn),
    answer(contract.targets, (read) => {
      const { services, instances } = read.view(known);
      const { services: configured } = read.config as Config;
      return Object.values(services).map(({ id }) => {
        const health = configured[id]?.health;
        return {
          service: id,
          instances: Object.values(instances)
            .filter(({ service }) => service === id)
            .map((each) => ({
              id: each.id,
              host: each.host,
              port: each.port,
              healthy: mayServe(each, configured[id]?.warmUp !== undefined),
              running: runs(each),
            })),
          ...(health
            ? {
                health: {
                  ...(health.path === undefined ? {} : { path: health.path }),
                  everyMs: health.every,
                  timeoutMs: health.timeout,
                },
              }
            : {}),
        };
      });
    }),
    answer(contract.instanceLogs, async (read, { instance, lines }) => {
      const asked = { do: "tail", id: instance, lines };
      const found = read.view(known).instances[instance];
      if (!found) return { instance, lines: [], unavailable: `There is no instance ${instance}.` };
      if (found.state === "external") {
        return { instance, lines: [], unavailable: `Castor does not run ${instance}.` };
      }
      try {
        const reply = await read.bus.request(keeperCluster, asked, {
          timeoutMs: keeperAnswersWithinMs,
        });
        return { instance, lines: KeeperTail.parse(reply).lines };
      } catch {
        return {
          instance,
          lines: [],
          unavailable: "The keeper, which has the logs, does not answer.",
        };
      }
    }),
  ],
  actions: [
    action("catalog.restart", {
      about: "Stops an instance gracefully and starts it again.",
      input: z.object({ instance: z.string() }),
      output: z.object({ instance: z.string() }),
      act: async ({ instance }, fx) => {
        const found = fx.view(known).instances[instance];
        if (!found) return contract.unknownInstance(`There is no instance ${instance}.`);
        if (found.state === "external") {
          return contract.notOurs(`Castor did not start ${instance}, so it cannot restart it.`);
        }
        const { grace = 0, drain = 0 } = (fx.config as Config).services[found.service]?.stop ?? {};
        try {
          const reply = await fx.bus.request(
            keeperCluster,
            { do: "restart", id: instance },
            { timeoutMs: keeperAnswersWithinMs + drain + grace },
          );
          if (KeeperRestart.parse(reply).restarted) return { instance };
        } catch {
          // Told below: whatever went wrong, the keeper did not confirm it.
        }
        return contract.keeperAway();
      },
    }),
  ],
});
