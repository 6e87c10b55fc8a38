import type { Read } from "#kernel";
import type * as z from "zod";
import type { Config } from "../config.ts";
import type { routed } from "../contract.ts";
import { routesFor, routeTree } from "./route.ts";

type Asked = z.infer<(typeof routed)["input"]>;

/** Walks the routes as an alert would. */
export function routedOf(
  { config }: Pick<Read<Config>, "config">,
  { service, severity, labels }: Asked,
): z.infer<(typeof routed)["output"]> {
  const tree = routeTree({ ...config.route, match: [], continue: false });
  const told = {
    ...labels,
    ...(service === undefined ? {} : { service }),
    ...(severity === undefined ? {} : { severity }),
  };
  return { receivers: [...new Set(routesFor(tree, told).map(({ receiver }) => receiver))] };
}
