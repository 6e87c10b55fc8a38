import { outcome, type TokenFields, tokenKind } from "../contract/shape.ts";
import type { Verdict } from "../engine/count.ts";
import { checkToken } from "../wire/token.ts";
import type { Connection } from "./connection.ts";
import type { Hall, Said as SaidNow } from "./hall.ts";
import { answerSaid, type Asked, json, type Said } from "./http.ts";
import { judgeOrigin, preflight } from "./origins.ts";
import type { Around } from "./player.ts";
import { isKey, switching } from "./web-socket.ts";

/** What else a listener answers: pages, joining, consent. Asked when nothing here has the address. */
export type Elsewhere = (hall: Hall, rest: string, asked: Asked) => Promise<Said> | Said;

/** Answered later, when it is durable; or not with HTTP any more. */
export const taken = Symbol("taken");
const pathPattern = /^\/live\/([a-z0-9][a-z0-9-]{0,39}(?:~rehearsal)?)(\/.*)?$/;
const numberPattern = /^\d{1,3}$/;
const verdict: Verdict = { outcome: outcome.recorded, choice: -1 };

export type Node = { halls: ReadonlyMap<string, Hall>; around: Around; elsewhere: Elsewhere };

/** Answers one request. */
export function route(
  node: Node,
  from: Connection,
  asked: Asked,
): Promise<Said> | Said | typeof taken {
  const [, run = "", rest = ""] = pathPattern.exec(decodePath(asked.path)) ?? [];
  const hall = node.halls.get(run);
  if (!hall) return json(404, { error: "There is no such show here now." });
  const { allowed, refusal } = judgeOrigin(hall, asked, node.around);
  if (refusal) return refusal;
  from.readableBy = allowed;
  if (allowed !== undefined && asked.method === "OPTIONS") return preflight;
  switch (rest) {
    case "/ws":
      return upgrade(hall, from, asked, "player");
    case "/stage":
      return stage(hall, from, asked);
    case "/answer":
      return answer(node, hall, from, asked);
    default:
      return node.elsewhere(hall, rest, asked);
  }
}

/** Browsers send the tilde of a rehearsal either way. */
const decodePath = (path: string): string => path.replace(/%7e/i, "~");

function upgrade(
  hall: Hall,
  from: Connection,
  asked: Asked,
  way: "player" | "stage",
): Said | typeof taken {
  const key = asked.field("sec-websocket-key");
  const isUpgrade = asked.field("upgrade")?.toLowerCase() === "websocket";
  if (asked.method !== "GET" || !isUpgrade || !isKey(key))
    return { ...json(400, { error: "Come with a WebSocket." }) };
  if (asked.field("sec-websocket-version") !== "13")
    return { ...json(400, { error: "Version 13." }), headers: { "Sec-WebSocket-Version": "13" } };
  from.write(Buffer.from(switching(key)));
  from.hall = hall;
  from.way = way;
  if (way === "player") hall.connections.add(from);
  else hall.stage.add(from, "stage");
  return taken;
}

/** Only who has a token for stages hears what one shows. */
function stage(hall: Hall, from: Connection, asked: Asked): Said | typeof taken {
  const who = checkToken(hall.key, asked.query.get("t") ?? "", hall.clocks.wall() / 1_000);
  if (typeof who === "number" || who.kind !== tokenKind.stage)
    return json(403, { error: "This needs a token for stages." });
  if (hall.stage.isFull) return json(503, { error: "Too many screens." });
  if (asked.field("upgrade")) return upgrade(hall, from, asked, "stage");
  from.hall = hall;
  hall.stage.add(from, "stage-events");
  return taken;
}

type Field = (name: string) => string | null | undefined;

/** The fields of a body: a form's or JSON's. */
function bodyFields(asked: Asked): Field {
  if (!asked.field("content-type")?.includes("json")) {
    const form = new URLSearchParams(asked.body);
    return (name) => form.get(name);
  }
  const found: unknown = parseJson(asked.body);
  const fields = new Map(typeof found === "object" && found !== null ? Object.entries(found) : []);
  return (name) => {
    const value = fields.get(name);
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whoever asked gets told what was expected.
    return undefined;
  }
}

/**
 * An answer without WebSocket: GET with `t`, `q` and `c` in the query, POST with the same as a form or JSON. Time runs from
 * the reveal: nobody knows when such a client saw the question.
 */
function answer(node: Node, hall: Hall, from: Connection, asked: Asked): Said | typeof taken {
  if (asked.method !== "GET" && asked.method !== "POST")
    return { ...json(405, { error: "GET or POST." }), headers: { Allow: "GET, POST" } };
  const field: Field = asked.method === "GET" ? (name) => asked.query.get(name) : bodyFields(asked);
  const [question, choice] = [field("q") ?? "", field("c") ?? ""];
  const refused = (found: Verdict["outcome"]): Said => {
    hall.meter.count(found);
    return answerSaid({ outcome: found, choice: -1 });
  };
  if (!numberPattern.test(question) || !numberPattern.test(choice))
    return refused(outcome.malformed);
  const who = checkToken(hall.key, field("t") ?? "", hall.clocks.wall() / 1_000);
  if (typeof who === "number") return refused(who);
  if (who.kind !== tokenKind.participant) return refused(outcome.forged);
  const said = { choice: Number(choice), elapsedMs: 0, now: hall.clocks.now() };
  if (who.node !== hall.node)
    return forward(node, hall, from, { who, question: Number(question), said });
  const group = hall.take(who, Number(question), said, undefined, verdict);
  owe(hall, from, group, verdict);
  return taken;
}

function owe(hall: Hall, to: Connection, group: number, { outcome, choice }: Verdict): void {
  const at = hall.clocks.now();
  hall.owe({ to, group, at, question: 0, number: 0, outcome, choice, frame: undefined });
}

function forward(
  { around }: Node,
  hall: Hall,
  from: Connection,
  of: { who: TokenFields; question: number; said: SaidNow },
): typeof taken {
  const { who, question, said } = of;
  const latencyMs = hall.latencyNow(question, said, undefined);
  const { index, group } = who;
  void around
    .forward(hall, who.node, [{ index, group, question, choice: said.choice, latencyMs }])
    .then(([found]) => owe(hall, from, 0, found ?? { outcome: outcome.nodeAway, choice: -1 }));
  return taken;
}
