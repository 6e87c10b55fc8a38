import { type Expression, expressionOf } from "#kernel";
import type { Incoming } from "./incoming.ts";
import { filterIn, readAlerts } from "../wire/alertmanager.ts";
import type { Litter } from "./litter.ts";
import { wrong } from "../wire/replies.ts";
import { type Asked, alertsShown, groupsShown } from "./shown.ts";
import { type Named, take, type Work } from "./take.ts";

/** What go-swagger reads as true; anything else is false. */
const yes = new Set("true 1 yes ok y on selected checked t enabled".split(" "));

function askedIn(query: URLSearchParams): Asked | string {
  const flag = (name: string): boolean => yes.has((query.get(name) ?? "true").toLowerCase());
  const filter = filterIn(query);
  if (typeof filter === "string") return filter;
  let receiver: Expression | undefined;
  const named = query.get("receiver");
  try {
    if (named !== null && named !== "") receiver = expressionOf(named);
  } catch {
    return `failed to parse receiver param: ${named}`;
  }
  const flags = {
    active: flag("active"),
    silenced: flag("silenced"),
    inhibited: flag("inhibited"),
  };
  return { ...flags, filter, receiver };
}

const charsTogether = 65_536;
/** Piece by piece as it is read, so that twenty thousand alerts are never one text. */
function streamed(parts: Iterator<string>, litter: Litter): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    pull(to) {
      litter.note(charsTogether);
      let text = "";
      while (text.length < charsTogether) {
        const { value, done } = parts.next();
        if (done === true) {
          if (text !== "") to.enqueue(encoder.encode(text));
          return to.close();
        }
        text += value;
      }
      to.enqueue(encoder.encode(text));
    },
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
}

/** Alertmanager's API, as far as it is about alerts: `POST` and `GET /alerts`, `GET /alerts/groups`. */
export async function alertmanager(
  work: Work,
  sender: Named,
  of: { method: string; path: string; query: URLSearchParams; json(): unknown },
): Promise<Response> {
  if (of.method === "POST") {
    const sent: Incoming[] | string = readAlerts(of.json());
    if (typeof sent === "string") return wrong(sent);
    const mistakes = await take(work, sender, sent);
    return mistakes.length > 0
      ? wrong([...new Set(mistakes)].join("; "))
      : new Response(null, { status: 200 });
  }
  const asked = askedIn(of.query);
  if (typeof asked === "string") return wrong(asked);
  const show = of.path.endsWith("/groups") ? groupsShown : alertsShown;
  const { desk, picture, now, litter } = work;
  return streamed(show(desk.board, { silences: picture.silences, asked, now }), litter);
}
