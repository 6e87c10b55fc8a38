import type { Outpost } from "#kernel";
import {
  DeskAnswer,
  deskCluster,
  type DeskRequest,
  Joined,
  nodeCluster,
  Place,
} from "../contract/orders.ts";
import { outcome, type TokenFields, tokenKind } from "../contract/shape.ts";
import { livePages } from "../pages/pages.ts";
import { checkToken } from "../wire/token.ts";
import type { Hall } from "./hall.ts";
import { type Asked, json, type Said } from "./http.ts";
import { createJoin, type Join } from "./join/join.ts";
import type { PlacesOf } from "./join/places.ts";
import { turnOf } from "./join/turns.ts";
import { PublishedHere } from "./published.ts";
import { type Elsewhere, parseJson } from "./routes.ts";

const answerWithinMs = 5_000;
/** Questions to control or to other nodes that run at once; who asks beyond that asks again. */
const askingMax = 64;
/** The same for those who join, of whom many may come at once. */
const joiningMax = 1_024;

export type FoyerOptions = {
  bus: Outpost["bus"];
  node: number;
  places: PlacesOf;
};

const busy: Said = {
  ...json(503, { error: "Ask again in a moment." }),
  headers: { "Retry-After": "2" },
};
/**
 * Where a waiting room stands before the door: who says that they have their token needs no place any more. Not with the token
 * itself: an answer that is lost on the way would take the turn along.
 */
const turnIsOver: Said = { status: 204, headers: { "Castor-Waiting-Room": "revoke" }, body: "" };
const onlyBy = (method: string): Said => ({
  ...json(405, { error: `${method} only.` }),
  headers: { Allow: method },
});

/** Lets so many ask others at once. */
function atMost(max: number): (act: () => Promise<Said>) => Promise<Said> {
  let asking = 0;
  return async (act) => {
    if (asking >= max) return busy;
    asking++;
    try {
      return await act();
    } catch {
      // Control or another node is away; this one goes on counting.
      return busy;
    } finally {
      asking--;
    }
  };
}

/** What is around a hall: the pages, the door where people join, their places in the end, and who they are if they want to say. */
export function foyer(of: FoyerOptions): Elsewhere {
  const pages = livePages();
  const joins = new WeakMap<Hall, Join>();
  const published = new WeakMap<Hall, PublishedHere>();
  const publishedOf = (hall: Hall): PublishedHere => {
    const known = published.get(hall) ?? new PublishedHere(hall, of.bus);
    published.set(hall, known);
    return known;
  };
  const asks = atMost(askingMax);
  const joining = atMost(joiningMax);
  const joined = async (hall: Hall, asked: Asked): Promise<Said> => {
    const known = joins.get(hall) ?? joinOf(hall, of);
    joins.set(hall, known);
    const turn = turnOf(asked.field("castor-turn"));
    const { status, body } = await known(parseJson(asked.body), hall.clocks.wall(), turn);
    return json(status, body);
  };
  const byPost: Record<string, (hall: Hall, asked: Asked) => Promise<Said> | Said> = {
    "/join": (hall, asked) => joining(() => joined(hall, asked)),
    "/consent": (hall, asked) => asks(() => toDesk(of, hall, asked, "consent")),
    "/withdraw": (hall, asked) => asks(() => toDesk(of, hall, asked, "withdraw")),
  };
  return async (hall, rest, asked) => {
    if (rest === "/join" && asked.method === "DELETE") return turnIsOver;
    const act = byPost[rest];
    if (act) return asked.method === "POST" ? await act(hall, asked) : onlyBy("POST");
    if (asked.method !== "GET") return onlyBy("GET");
    if (rest === "/show") return json(200, shown(hall));
    if (rest === "/place") return await asks(() => place(of, hall, asked));
    if (rest.startsWith("/results") && rest !== "/results.css")
      return await asks(() => publishedOf(hall).at(rest));
    if (rest === "") return { status: 308, headers: { Location: `${asked.path}/` }, body: "" };
    const page = await pages(rest);
    return page ? { status: 200, ...page } : json(404, { error: "There is no such page." });
  };
}

function joinOf(hall: Hall, { bus, node, places }: FoyerOptions): Join {
  const { run } = hall;
  return createJoin({
    ...{ run, node, places: places(hall) },
    elsewhere: async (to, joining) =>
      Joined.nullable().parse(
        await bus.request(
          nodeCluster(to),
          { do: "join", run: run.run, ...joining },
          { timeoutMs: answerWithinMs },
        ),
      ),
  });
}

/** What anybody may know: of questions only those that were revealed. */
function shown({ run, engine }: Hall): unknown {
  const { title, shape, joining, questions } = run;
  return {
    ...{ run: run.run, title, joining, dimensions: shape.dimensions },
    questions: questions.length,
    published: run.published ?? 0,
    revealed: questions.flatMap((order, question) => {
      const isTold = engine.count.questions[question]?.phase !== "coming";
      const { text, choices } = shape.questions[question] ?? { text: "", choices: [] };
      return isTold ? [{ question, state: order.state, text, choices }] : [];
    }),
  };
}

function participant(hall: Hall, text: unknown): TokenFields | Said {
  const who =
    typeof text === "string"
      ? checkToken(hall.key, text, hall.clocks.wall() / 1_000)
      : outcome.forged;
  return typeof who === "number" || who.kind !== tokenKind.participant
    ? json(403, { error: "This token opens nothing here." })
    : who;
}

const isFinalist = ({ run }: Hall, index: number): boolean =>
  run.ranking?.some((place) => place.index === index) ?? false;

/** Somebody's place among all, over all nodes. Not while a question is open: it would change with every answer. */
async function place({ bus }: FoyerOptions, hall: Hall, asked: Asked): Promise<Said> {
  const who = participant(hall, asked.query.get("t"));
  if ("status" in who) return who;
  if (hall.engine.count.questions.some(({ phase }) => phase === "open"))
    return json(409, { why: "A question is open; ask when it is closed." });
  const run = hall.run.run;
  const ask = (node: number, what: object): Promise<unknown> =>
    bus.request(nodeCluster(node), { ...what, run }, { timeoutMs: answerWithinMs });
  const { standings } = hall.engine.count;
  if (standings.isForgotten) return json(410, { why: "Places are erased by now." });
  const own =
    who.node === hall.node
      ? standings.rank(who.index)
      : Place.nullable().parse(await ask(who.node, { do: "place", index: who.index }));
  if (!own) return json(404, { why: "Nothing was right yet." });
  const { right, latencyMs } = own;
  const others = Array.from({ length: hall.run.nodes }, (_, node) => node).filter(
    (node) => node !== who.node,
  );
  const better = await Promise.all(
    others.map(async (node) =>
      node === hall.node
        ? standings.better(right, latencyMs)
        : Number(await ask(node, { do: "better", right, latencyMs })),
    ),
  );
  const rank = better.reduce((sum, each) => sum + each, own.rank);
  const isOver = hall.run.ranking !== undefined;
  return json(200, { rank, right, latencyMs, isFinalist: isFinalist(hall, who.index), isOver });
}

/** Only who is in the final ranking is asked who they are; control keeps it, sealed. */
async function toDesk(
  { bus }: FoyerOptions,
  hall: Hall,
  asked: Asked,
  what: DeskRequest["do"],
): Promise<Said> {
  const said = parseJson(asked.body);
  const fields: Record<string, unknown> =
    typeof said === "object" && said !== null ? { ...said } : {};
  const who = participant(hall, fields["t"]);
  if ("status" in who) return who;
  if (!isFinalist(hall, who.index))
    return json(403, { error: "Only those in the final ranking are asked who they are." });
  const { name, contact } = fields;
  const about = what === "consent" ? { name, contact } : {};
  const request = deskCluster.schema.safeParse({
    do: what,
    run: hall.run.run,
    index: who.index,
    ...about,
  });
  if (!request.success) return json(400, { error: "Send a name and how to reach you." });
  const answer = DeskAnswer.parse(
    await bus.request(deskCluster.name, request.data, { timeoutMs: answerWithinMs }),
  );
  return json(answer.ok ? 200 : 409, answer);
}
