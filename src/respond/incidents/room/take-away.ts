import {
  type Action,
  action,
  type Actor,
  type Effects,
  type EventOf,
  on,
  type Reaction,
  type Read,
  type Refusal,
} from "#kernel";
import * as z from "zod";
import { book } from "../book.ts";
import { IncidentId, noteSubject, takenAway, unknownIncident, unknownItem } from "../contract.ts";
import { isOver, streamOf } from "../incident.ts";
import { noteOf, textOf, whoOf } from "./notes.ts";
import { forgetPictures, picturesIn, postedBy } from "./pictures.ts";

/** Where the keys are, given to Castor as equipment `sealer`. */
type Sealer = { erase(subject: string): boolean };

const Asked = z
  .object({
    incident: IncidentId,
    note: z.string().max(64).describe("The note's own name, as the timeline has it (`noteId`)."),
    picture: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "A picture is named by its hash, the last part of its address")
      .optional()
      .describe("Only this picture of it, by its hash; the words stay."),
  })
  .strict();
type Asked = z.infer<typeof Asked>;

/** Somebody's own slip is mended at once. What others wrote, and everything once it is over, is evidence. */
function isOwnSlip(read: Pick<Read, "view" | "tables">, asked: Asked, by: Actor): boolean {
  const of = read.view(book)[asked.incident];
  return of !== undefined && !isOver(of.stage) && noteOf(read, asked)?.by === whoOf(by);
}

/** The id of whoever wrote it; pictures are kept by it. */
const writerOf = ({ by }: { by: string }): string => by.slice(by.indexOf("/") + 1);

/** Doing it twice is as doing it once: a crash in the midst of it is mended by the fact. */
async function forget(fx: Effects, data: EventOf<typeof takenAway>["data"]): Promise<void> {
  if (data.isWhole) fx.equipment<Sealer>("sealer").erase(noteSubject(data));
  const found = noteOf(fx, data);
  const { incident, pictures: hashes } = data;
  if (found) await forgetPictures(fx, { incident, hashes, postedBy: writerOf(found) });
}

async function take(
  { incident, note, picture }: Asked,
  fx: Effects,
): Promise<{ pictures: number } | Refusal> {
  if (!fx.view(book)[incident]) return unknownIncident();
  const found = noteOf(fx, { incident, note });
  if (!found) return unknownItem(`${incident} has no note ${note}.`);
  const text = textOf(fx, found);
  if (text === undefined) return { pictures: 0 };
  const isWhole = picture === undefined;
  const shown = picturesIn(text).filter((hash) => isWhole || hash === picture);
  // What somebody else posted, or to another incident, stays, though this note shows it too.
  const pictures = postedBy(fx, { incident, hashes: shown, postedBy: writerOf(found) });
  if (!isWhole && pictures.length === 0)
    return unknownItem("Whoever wrote this note posted no such picture here, or it is gone.");
  const data = { incident, note, isWhole, pictures };
  const id = isWhole ? { id: `incidents.taken-away/${incident}/${note}` } : {};
  await fx.record(incident, [takenAway(data, { stream: streamOf(incident) })], id);
  await forget(fx, data);
  return { pictures: pictures.length };
}

export const takeAway: Action = action("incidents.take-away", {
  about:
    "Takes a note with its pictures away, or a picture of it: text and bytes are gone for good, and the timeline says who did it.",
  allow: "responder",
  destroys: {
    what: "A note of an incident, or a picture of it. Whoever wrote it needs nobody else while the incident goes on.",
    name: (asked, read, by) =>
      noteOf(read, asked) === undefined || isOwnSlip(read, asked, by)
        ? undefined
        : `${asked.picture === undefined ? "note" : "picture"} of ${asked.incident}`,
  },
  input: Asked,
  output: z.object({ pictures: z.number() }),
  act: take,
});

export const forgetting: Reaction = on("incidents.forget", takenAway, ({ event }, fx) =>
  forget(fx, event.data),
);
