import type { Exchange } from "./exchange.ts";
import { writeRequestHead } from "./forwarding.ts";
import { changeHead } from "./rules/fields.ts";
import type { Upstream } from "./upstream.ts";

/** Sends a request's head and what came of its body, in one write where they are small. */
export function sendRequest(exchange: Exchange, upstream: Upstream): void {
  const { plane, client, head, bytes } = exchange;
  const { scratch } = plane;
  if (plane.accessLog !== undefined) exchange.connectedAt = performance.now();
  const written = writeRequestHead(scratch, {
    head,
    bytes,
    origin: client.visitor.origin,
    idLine: client.visitor.idLine,
    authority: upstream.instance.authority,
    additions: plane.additions,
    turn: client.visitor.stay?.turn,
    conditions: exchange.caught.conditions,
  });
  let length = changeHead(scratch, written, exchange.lane.rules?.request);
  for (const part of exchange.body.kept ?? []) {
    if (length + part.length <= scratch.length) {
      scratch.set(part, length);
      length += part.length;
      continue;
    }
    upstream.write(scratch, 0, length, true);
    length = 0;
    upstream.write(part, 0, part.length, false);
  }
  if (length > 0) upstream.write(scratch, 0, length, true);
}
