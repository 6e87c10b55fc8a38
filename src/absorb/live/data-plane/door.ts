import { type Connection, playerQuietSecondsMax, quietSecondsMax } from "./connection.ts";
import { json, readRequest, respond, type Said } from "./http.ts";
import { hear, isTooFast, type Message, strike } from "./player.ts";
import { type Node, route, taken } from "./routes.ts";
import {
  broken,
  closing,
  type Frame,
  frameOf,
  incomplete,
  opcode,
  readFrame,
  tooBig,
} from "./web-socket.ts";

const frame: Frame = { kind: 0, isLast: true, from: 0, to: 0 };
const message: Message = { bytes: Buffer.alloc(0), at: 0, end: 0 };

/** Takes what came of a client. */
export function receive(node: Node, from: Connection, chunk: Buffer): void {
  const unfinished = from.takeUnfinished();
  const bytes = unfinished ? Buffer.concat([unfinished, chunk]) : chunk;
  if (from.way === "http") takeRequests(node, from, bytes);
  else if (from.way === "player" || from.way === "stage") takeFrames(node, from, bytes);
}

function takeRequests(node: Node, from: Connection, bytes: Buffer): void {
  // One after the other: what is pipelined waits for the answer before it.
  if (from.isAnswering) return from.keep(bytes);
  const found = readRequest(bytes, 0);
  if (found === undefined) return from.keep(bytes);
  if (typeof found === "number")
    return respond(
      from,
      json(found, { error: "This is not a request that is taken here." }),
      false,
    );
  const { asked, end } = found;
  from.isAnswering = true;
  from.socket.timeout(quietSecondsMax);
  from.keepsAlive = asked.keepsAlive;
  from.keep(bytes.subarray(end));
  const said = route(node, from, asked);
  if (said === taken) {
    if (from.way !== "http") switched(node, from);
    return;
  }
  if (said instanceof Promise)
    said.then(
      (each) => answered(node, from, each),
      () => answered(node, from, json(503, { error: "Try again in a moment." })),
    );
  else answered(node, from, said);
}

/** It is a WebSocket from here on; a hasty client has sent its first frames along. */
function switched(node: Node, from: Connection): void {
  from.isAnswering = false;
  // A screen only listens; one that is dead is found out by what is written to it.
  from.socket.timeout(from.way === "player" ? playerQuietSecondsMax : 0);
  const rest = from.takeUnfinished();
  if (rest) receive(node, from, rest);
}

/** Sends an answer and goes on with what waited behind it. */
export function answered(node: Node, to: Connection, said: Said): void {
  if (to.way !== "http") return;
  respond(to, said, to.keepsAlive);
  if (!isHttp(to)) return;
  const rest = to.takeUnfinished();
  if (!rest) return;
  // In a turn of its own, so that a thousand pipelined requests are no thousand calls deep.
  setImmediate(() => receive(node, to, rest));
}

function takeFrames(node: Node, from: Connection, bytes: Buffer): void {
  let at = 0;
  while (at < bytes.length) {
    const next = readFrame(bytes, at, frame);
    if (next === incomplete) break;
    if (next === broken) return from.close(closing.protocol);
    if (next === tooBig) return from.close(closing.tooBig);
    at = next;
    if (!takeFrame(node, from, bytes)) return;
  }
  if (at < bytes.length) from.keep(bytes.subarray(at));
}

/** Takes the frame that was read; false when the connection is gone. */
function takeFrame(node: Node, from: Connection, bytes: Buffer): boolean {
  switch (frame.kind) {
    case opcode.close:
      from.close(closing.going);
      return false;
    case opcode.ping:
    case opcode.pong:
      if (from.hall && isTooFast(from, from.hall.clocks.now())) strike(from);
      else if (frame.kind === opcode.ping)
        from.write(frameOf(opcode.pong, bytes.subarray(frame.from, frame.to)));
      return isThere(from);
    default:
      takeMessage(node, from, bytes);
      return isThere(from);
  }
}

const isHttp = ({ way }: Connection): boolean => way === "http";
/** A method, so that the type checker does not take `way` for what it was before. */
const isThere = (connection: Connection): boolean => connection.way !== "gone";

function takeMessage({ around }: Node, from: Connection, bytes: Buffer): void {
  const isFirst = frame.kind !== opcode.more;
  // A message in pieces is begun once, and only then continued.
  if (isFirst === (from.pieces !== undefined)) return from.close(closing.protocol);
  message.bytes = bytes;
  message.at = frame.from;
  message.end = frame.to;
  if (!isFirst || !frame.isLast) {
    from.keepPiece(Uint8Array.prototype.slice.call(bytes, frame.from, frame.to));
    if (from.isTooLong) return from.close(closing.tooBig);
    if (!frame.isLast) return;
    message.bytes = from.takePieces();
    message.at = 0;
    message.end = message.bytes.length;
  }
  // What a stage says is of no matter.
  if (from.way === "player" && from.hall) hear(from, from.hall, message, around);
}
