import { BodyRefused, decodeBody, type Outpost, readBytes, Room, type Tally } from "#kernel";
import { refused, unreadable } from "../wire/replies.ts";
import { alertmanager } from "./alertmanager.ts";
import { Behind, type Desk } from "./desk.ts";
import { intakeHeader, silencesHeader } from "./headers.ts";
import { pagerduty } from "./pagerduty.ts";
import type { Litter } from "./litter.ts";
import type { Pictured } from "./pictured.ts";
import type { Sender } from "./picture.ts";
import { fromSender, type Sent } from "./senders.ts";

const bodyBytesMax = 16_000_000;
/** Bodies that are worked on, together; what is beyond is to come again. */
const bytesAtOnceMax = 64_000_000;
/** What requests are answered with. */
export type Serving = {
  outpost: Outpost;
  desk: Desk;
  tally: Tally;
  litter: Litter;
  pictured: Pictured;
};

/** Answers what control passes on. What it says 2xx to is on disk. */
export class Answers {
  readonly #of: Serving;
  readonly #room = new Room(bytesAtOnceMax);

  constructor(of: Serving) {
    this.#of = of;
  }

  async answer(request: Request): Promise<Response> {
    const name = request.headers.get(intakeHeader) ?? "";
    const { pictured, outpost } = this.#of;
    const picture = await pictured.with(Number(request.headers.get(silencesHeader) ?? 0));
    const intake = picture?.intakes[name];
    if (!picture || !intake)
      return refused(intake?.format ?? "generic", 503, "Castor is starting.");
    const share = this.#room.share();
    try {
      const { pathname: path, searchParams: query } = new URL(request.url);
      const body = decodeBody(
        await readBytes(request, bodyBytesMax, share),
        request.headers.get("content-encoding"),
        bodyBytesMax,
      );
      share.take(body.byteLength);
      this.#of.litter.note(body.byteLength);
      const type = request.headers.get("content-type") ?? "";
      const sent = { method: request.method, path, query, type, ...reading(body) };
      return await this.#dispatch({ name, intake }, sent, picture);
    } catch (why) {
      const { format } = intake;
      if (why instanceof SyntaxError) return refused(format, 400, "The body is no JSON.");
      if (why instanceof BodyRefused) return unreadable(format, why);
      if (!(why instanceof Behind)) outpost.note(`An alert could not be kept: ${String(why)}`);
      return refused(format, 503, "The alerts could not be kept; send them again.");
    } finally {
      share.giveBack();
    }
  }

  #dispatch(
    sender: { name: string; intake: Sender },
    sent: Sent,
    picture: NonNullable<Pictured["now"]>,
  ): Promise<Response> {
    const { desk, tally, litter, outpost } = this.#of;
    const { clock } = outpost;
    const work = { desk, tally, litter, picture, now: clock.now(), id: () => clock.id() };
    if (sender.intake.format === "alertmanager") return alertmanager(work, sender, sent);
    if (sender.intake.format === "pagerduty") return pagerduty(work, sender, sent);
    return fromSender(work, sender, sent);
  }
}

function reading(body: Uint8Array): Pick<Sent, "text" | "json"> {
  const text = (): string => Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  return { text, json: () => JSON.parse(text()) as unknown };
}
