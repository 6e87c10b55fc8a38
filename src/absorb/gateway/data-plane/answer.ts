import { latin1 } from "./bytes.ts";
import { compress, compressBody } from "./compression/answering.ts";
import type { Exchange } from "./exchange.ts";
import { type Afterwards, writeResponseHead } from "./forwarding.ts";
import { badResponse } from "./refusal.ts";
import { ResponseBody } from "./response-body.ts";
import type { ResponseHead } from "./response-head.ts";
import { changeHead } from "./rules/fields.ts";

export const continueLine = latin1("HTTP/1.1 100 Continue\r\n\r\n");

/** 100, 103 and their like go on to whoever can understand them, as they came. */
export function passInterim(exchange: Exchange, head: ResponseHead, bytes: Buffer): void {
  const { client } = exchange;
  if (exchange.head.minorVersion === 0) return;
  if (head.status === 100 && !exchange.head.expectsContinue) return;
  client.write(bytes, head.base, head.bodyStart, false);
}

/** The head of the response is whole: it goes on, together with what came of the body. */
export function answer(exchange: Exchange, head: ResponseHead, bytes: Buffer): void {
  if (head.status === 101) {
    upgrade(exchange, head, bytes);
    return;
  }
  const { client, plane, lane } = exchange;
  client.visitor.stay?.answered(head, bytes);
  const asked = exchange.head;
  const body = new ResponseBody(head, asked.method === "HEAD", plane.config.limits);
  const unchunks = head.chunked && asked.minorVersion === 0;
  exchange.response = body;
  exchange.responseHead = head;
  exchange.hasAnswered = true;
  exchange.closesAfter =
    body.endsWithConnection ||
    (unchunks && !body.isWhole) ||
    !exchange.body.isWhole ||
    !client.mayStayOpen(asked);
  lane.classes[(head.status / 100) | 0]?.add();
  plane.freeze?.answered(exchange, head, bytes);
  if (head.status >= 400 && head.status < 500)
    lane.gate?.answered(
      { visitor: client.visitor, head: asked, bytes: exchange.bytes },
      head.status,
    );
  const { scratch } = plane;
  const written = writeResponseHead(scratch, {
    head,
    bytes,
    idLine: withReason(client.visitor.idLine, exchange.reason),
    afterwards: afterwardsOf(exchange),
    dropsChunked: unchunks,
    addVia: plane.additions.via,
    lines: client.visitor.stay?.lines,
  });
  let length = changeHead(scratch, written, lane.rules?.responseFor(client.visitor));
  const from = head.bodyStart;
  if (lane.compression !== undefined) {
    length = compress(exchange, lane.compression, { head, bytes, written: length });
    if (exchange.squeeze !== undefined) return compressBody(exchange, bytes, from, bytes.length);
  }
  if (unchunks || bytes.length - from > scratch.length - length) {
    client.write(scratch, 0, length, true);
    exchange.bytesOut += length;
    answerBody(exchange, bytes, from, bytes.length);
    return;
  }
  const end = body.isWhole ? from : body.measure(bytes, from, bytes.length);
  bytes.copy(scratch, length, from, end);
  pass(exchange, scratch, { from: 0, to: length + end - from, borrowed: true });
  afterPart(exchange, bytes.length - end);
}

/** The line with the request's id, and why the answer is not simply the origin's. */
const withReason = (idLine: Buffer, reason: string | undefined): Buffer =>
  reason === undefined ? idLine : Buffer.concat([idLine, latin1(`Castor-Reason: ${reason}\r\n`)]);

function afterwardsOf(exchange: Exchange): Afterwards {
  if (exchange.closesAfter) return "close";
  return exchange.head.minorVersion === 0 ? "open-for-1.0" : "open";
}

/** More of the body came. */
export function answerBody(exchange: Exchange, bytes: Buffer, from: number, to: number): void {
  if (exchange.isTunnel) {
    pass(exchange, bytes, { from, to, borrowed: false });
    return;
  }
  const body = exchange.response;
  if (body === undefined) return;
  if (exchange.squeeze !== undefined) return compressBody(exchange, bytes, from, to);
  if (body.isWhole) {
    afterPart(exchange, to - from);
    return;
  }
  if (exchange.head.minorVersion === 0 && exchange.responseHead?.chunked === true) {
    const end = body.measure(bytes, from, to, (start, stop) =>
      pass(exchange, bytes, { from: start, to: stop, borrowed: false }),
    );
    afterPart(exchange, to - end);
    return;
  }
  const end = body.measure(bytes, from, to);
  if (end > from) pass(exchange, bytes, { from, to: end, borrowed: false });
  afterPart(exchange, to - end);
}

function pass(
  exchange: Exchange,
  bytes: Buffer,
  part: { from: number; to: number; borrowed: boolean },
): void {
  const { client, upstream } = exchange;
  exchange.bytesOut += part.to - part.from;
  const isThrough = client.write(bytes, part.from, part.to, part.borrowed);
  if (upstream === undefined) return;
  if (!isThrough) {
    upstream.pause();
    exchange.leavePlace();
    upstream.deadline = 0; // The visitor is slow, not the instance.
  } else upstream.deadline = exchange.plane.now + exchange.lane.route.timeouts.idleMs;
}

function afterPart(exchange: Exchange, leftOver: number): void {
  const { response, responseHead } = exchange;
  if (response === undefined || responseHead === undefined) return;
  if (response.problem !== "") {
    exchange.failed(badResponse(response.problem));
    return;
  }
  if (!response.isWhole) return;
  exchange.finished(leftOver === 0 && responseHead.keepsAlive);
}

/** From here on the gateway only carries bytes. */
function upgrade(exchange: Exchange, head: ResponseHead, bytes: Buffer): void {
  const { client, plane, lane } = exchange;
  if (!exchange.head.wantsUpgrade || !head.hasUpgrade) {
    exchange.failed(badResponse("upgrade-unasked"));
    return;
  }
  exchange.hasAnswered = true;
  exchange.isTunnel = true;
  exchange.closesAfter = true;
  lane.classes[1]?.add();
  const length = writeResponseHead(plane.scratch, {
    head,
    bytes,
    idLine: client.visitor.idLine,
    afterwards: "upgraded",
    dropsChunked: false,
    addVia: false,
    lines: client.visitor.stay?.lines,
  });
  pass(exchange, plane.scratch, { from: 0, to: length, borrowed: true });
  if (head.bodyStart < bytes.length) {
    pass(exchange, bytes, { from: head.bodyStart, to: bytes.length, borrowed: false });
  }
  client.goOn();
}

/** The instance sends no more. True when that is a proper end: of a tunnel's direction, or of a body without length. */
export function answerEnded(exchange: Exchange): boolean {
  const { response } = exchange;
  if (exchange.isTunnel) {
    exchange.finished(false);
    return true;
  }
  if (exchange.squeeze?.hasAll === true) return true;
  if (response?.endsWithConnection !== true) return false;
  if (exchange.squeeze === undefined) exchange.finished(false);
  else exchange.squeeze.finish(false);
  return true;
}
