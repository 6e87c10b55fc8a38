import { type Json, recordOf } from "../event/json.ts";
import { modernise } from "../event/legacy.ts";
import { type Spot, spotsOf } from "../event/spots.ts";
import { type Scrubbed, scrub, type ScrubRules } from "../scrub/scrub.ts";
import { Library } from "../symbols/library.ts";
import { symbolicate } from "../symbols/symbolicate.ts";
import type { Asking } from "../symbols/with-maps.ts";
import { jsonOf } from "../wire/envelope.ts";
import type { Task } from "./ready.ts";
import { Repeats } from "./repeats.ts";

type Writable = Record<string, unknown>;
/** A value that the event has in common with others, at a spot of it: kept once for all of them. */
export type Part = { spot: string; hash: string; packed: Uint8Array };
/** An event parsed, its frames put right, and scrubbed. */
export type Opened = {
  /** Values in it may be shared with other events: nobody may change it. */
  event: Json;
  scrubbed: Scrubbed[];
  /** The event as JSON, zstd, without what `parts` has. */
  body: Uint8Array;
  parts: Part[];
  /** Was any frame put where people wrote it? */
  isMapped: boolean;
  /** Where maps that are not there would be found. */
  lacks: readonly string[];
};

const zstdLevel = 1;
const packed = (value: unknown): Uint8Array =>
  Bun.zstdCompressSync(JSON.stringify(value), { level: zstdLevel });

/** Maps that this thread has parsed. */
const library = new Library();
/** What it saw repeatedly. */
const repeats = new Repeats();

/** Opens an event; asks for the maps that it lacks; nothing when it is no JSON object. */
export function opened(task: Task, rules: ScrubRules): Opened | Asking | undefined {
  library.turnTo(task.mapping.generation);
  if (task.mapping.given) library.take(task.mapping.project, task.mapping.given);
  // Maps change frames: then no two stacks are the same that were.
  const isMapping = task.mapping.generation > 0;
  return (isMapping ? undefined : openedAlike(task, rules)) ?? openedWhole(task, rules);
}

function openedWhole(task: Task, rules: ScrubRules): Opened | Asking | undefined {
  const event = recordOf(jsonOf(task.payload)) as Writable | undefined;
  if (!event) return undefined;
  modernise(event);
  // Before scrubbing: lines of source that stand around a frame may hold secrets too.
  const { asks, lacks, changed } = framesPutRight(event, task);
  if (asks) return { asks, payload: task.payload };
  placeAddress(event, task);
  const scrubbed = scrub(event, rules);
  return { event, scrubbed, body: packed(event), parts: [], isMapped: changed, lacks };
}

/** With what came before at the spots where it belongs; nothing when there is none, or it stands elsewhere. */
function openedAlike(task: Task, rules: ScrubRules): Opened | undefined {
  const { buffer, byteOffset, byteLength } = task.payload;
  const cut = repeats.cut(Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength), rules);
  const event = cut && (recordOf(parsed(cut.text)) as Writable | undefined);
  if (!cut || !event) return undefined;
  modernise(event);
  const spots = spotsFor(event, cut.repeats.length);
  if (!spots) return undefined;
  for (const { holder, name } of spots) holder[name] = undefined;
  placeAddress(event, task);
  const scrubbed = scrub(event, rules);
  const body = packed(event);
  const parts = cut.repeats.map((repeat, nth): Part => {
    const { id, path, holder, name } = spots[nth] as Spot;
    holder[name] = repeat.value;
    for (const each of repeat.scrubbed)
      scrubbed.push({ ...each, path: path === "" ? each.path : `${path}.${each.path}` });
    return { spot: id, hash: repeat.hash, packed: repeat.packed };
  });
  const { lacks } = framesPutRight(event, task);
  return { event, scrubbed, body, parts, isMapped: false, lacks };
}

/** Where the numbers from zero stand in quotes, each once. */
function spotsFor(event: Json, count: number): Spot[] | undefined {
  const spots = spotsOf(event);
  const found = Array.from({ length: count }, (_, nth) =>
    spots.filter(({ holder, name }) => holder[name] === String(nth)),
  );
  return found.every((each) => each.length === 1) ? found.flat() : undefined;
}

const framesPutRight = (event: Json, { mapping }: Task): ReturnType<typeof symbolicate> =>
  symbolicate(event, {
    project: mapping.project,
    library: mapping.generation > 0 ? library : undefined,
    mayAsk: mapping.given === undefined,
  });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `{{auto}}` asks for the sender's address; without leave for that, none is kept. */
function placeAddress(sent: Writable, { scrub: { addresses }, address }: Task): void {
  const user = recordOf(sent["user"]) as Writable | undefined;
  if (addresses === "drop") {
    if (user) delete user["ip_address"];
    const env = recordOf(recordOf(sent["request"])?.["env"]) as Writable | undefined;
    if (env) delete env["REMOTE_ADDR"];
    return;
  }
  const infer = recordOf(recordOf(sent["sdk"])?.["settings"])?.["infer_ip"] === "auto";
  if (user && (user["ip_address"] === "{{auto}}" || (infer && user["ip_address"] === undefined)))
    user["ip_address"] = address;
}
