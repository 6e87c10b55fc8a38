import { type Action, action, type Effects, type Refusal } from "#kernel";
import * as z from "zod";
import type { Config } from "./config.ts";
import type { LivePicture } from "./contract/orders.ts";
import { notNow } from "./contract/problems.ts";
import { OfShow } from "./decide.ts";
import { addressOf, nodesOf, runNow } from "./picture.ts";
import { keyOf, stageToken } from "./tokens.ts";

type Fx = Effects<Config>;
/** Given to Castor as equipment `machine`. */
type Machine = { addresses?: () => string[] };

export const notOpen = (show: string): Refusal =>
  notNow(`The doors of ${show} are not open: castor live open-doors ${show}`);

const anywhere: readonly string[] = ["0.0.0.0", "::"];
const isHere = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "::1" || hostname.startsWith("127.");

type Node = LivePicture["nodes"][number];

/** An address that phones can open: no machine is called 0.0.0.0. */
function reachable(node: Node, addresses: () => string[]): Node {
  if (node.address !== undefined || !anywhere.includes(node.hostname)) return node;
  return { ...node, hostname: addresses()[0] ?? "127.0.0.1" };
}

export const links: Action = action("live.links", {
  about:
    "The addresses of a show: for the audience, for the stage (good for a day), and of its results.",
  input: OfShow,
  output: z.object({
    play: z.string(),
    stage: z.string(),
    results: z.string(),
    note: z.string().optional(),
  }),
  act: async ({ show }, fx: Fx) => {
    const run = runNow(fx, show);
    const [first] = nodesOf(fx.config);
    if (run === undefined || first === undefined) return notOpen(show);
    const { addresses = () => [] } = fx.equipment<Machine>("machine");
    const node = reachable(first, addresses);
    const base = `${addressOf(node)}/live/${run.run}`;
    const note =
      node.address === undefined && isHere(node.hostname)
        ? `Only this machine reaches it. For phones in the same network say live.listen: "0.0.0.0:${node.port}" in castor.yaml; for everybody else put the gateway in front, and say live.address.`
        : undefined;
    return {
      play: `${base}/`,
      stage: `${base}/screen#t=${stageToken(keyOf(run), fx.now)}`,
      results: `${base}/results`,
      ...(note !== undefined && { note }),
    };
  },
});
