import * as refusals from "../refusal.ts";
import { FrameReader } from "./frame-reader.ts";
import {
  code,
  flag,
  frame,
  frameHeadBytes,
  kindOf,
  payloadBytesMax,
  preface,
  readUint32,
  windowBytesMax,
} from "./frames.ts";
import { HeaderBlocks, Trailers } from "./header-blocks.ts";
import { Patience } from "./patience.ts";
import { RequestDraft } from "./request-draft.ts";
import type { Session } from "./session.ts";
import { type Fault, fault, readSettings } from "./settings.ts";

/** Requests that are withdrawn before they are answered (CVE-2023-44487); people who scroll withdraw some. */
const resetsBorne = { burst: 200, perSecond: 33 };
/** Frames that carry nothing: pings, settings, priorities, empty data (CVE-2019-9512 and its kin). */
const chatterBorne = { burst: 1_000, perSecond: 100 };
/** One for all: a head is written and read within one turn. */
const draft = new RequestDraft();
const priorityBytes = 5;
const pingBytes = 8;
const goAwayBytesMin = 8;

/** Reads the frames of one connection and does what they say. What breaks a rule for all of it is a fault (RFC 9113 §5.4.1). */
export class Incoming {
  readonly #session: Session;
  readonly #frames = new FrameReader(preface.length);
  readonly #blocks = new HeaderBlocks();
  readonly #resets = new Patience(resetsBorne);
  readonly #chatter = new Patience(chatterBorne);
  #hasPreface = false;
  #hasSettings = false;
  #type = 0;
  #flags = 0;
  #id = 0;
  #bytes: Buffer = preface;
  #from = 0;
  #to = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Something must come soon: the first settings, or the rest of a head. */
  get isCutShort(): boolean {
    return !this.#hasSettings || this.#blocks.stream !== 0;
  }

  take(chunk: Buffer): Fault | undefined {
    const bytes = this.#frames.add(chunk);
    if (bytes === undefined) return undefined;
    let at = 0;
    if (!this.#hasPreface) {
      at = preface.length;
      if (preface.compare(bytes, 0, at) !== 0) return fault(code.protocolError, "preface");
      this.#hasPreface = true;
    }
    this.#bytes = bytes;
    while (!this.#session.isEnding) {
      const rest = bytes.length - at;
      const length = rest < frameHeadBytes ? 0 : readUint32(bytes, at) >>> 8;
      if (length > payloadBytesMax) return fault(code.frameSizeError, "frame-too-large");
      if (rest < frameHeadBytes + length) {
        this.#frames.keep(bytes.subarray(at), frameHeadBytes + length);
        break;
      }
      const broken = this.#frame(at, length);
      if (broken !== undefined) return broken;
      at += frameHeadBytes + length;
    }
    return undefined;
  }

  #frame(at: number, length: number): Fault | undefined {
    const bytes = this.#bytes;
    this.#type = bytes[at + 3] as number;
    this.#flags = bytes[at + 4] as number;
    this.#id = readUint32(bytes, at + 5) & windowBytesMax;
    this.#from = at + frameHeadBytes;
    this.#to = this.#from + length;
    const type = this.#type;
    if (!this.#hasSettings) {
      if (type !== frame.settings || (this.#flags & flag.ack) !== 0)
        return fault(code.protocolError, "no-settings-first");
      this.#hasSettings = true;
    }
    if (this.#blocks.stream !== 0) {
      const isNext = type === frame.continuation && this.#id === this.#blocks.stream;
      return isNext ? this.#continuation() : fault(code.protocolError, "no-continuation");
    }
    if (type === frame.data) return this.#data(length);
    if (type === frame.headers) return this.#headers();
    return this.#control(type, length);
  }

  #control(type: number, length: number): Fault | undefined {
    switch (type) {
      case frame.windowUpdate:
        return length === 4 ? this.#windowUpdate() : fault(code.frameSizeError, "window-update");
      case frame.rstStream:
        return length === 4 ? this.#rstStream() : fault(code.frameSizeError, "rst-stream");
      case frame.settings:
        return this.#settings();
      case frame.ping:
        return this.#ping(length);
      case frame.goAway:
        if (this.#id !== 0) return fault(code.protocolError, "goaway-on-stream");
        if (length < goAwayBytesMin) return fault(code.frameSizeError, "goaway");
        this.#session.peerLeaves();
        return undefined;
      case frame.priority:
        return this.#priority(length);
      case frame.pushPromise:
        return fault(code.protocolError, "push-by-client");
      case frame.continuation:
        return fault(code.protocolError, "continuation-alone");
      default:
        return this.#chat(); // RFC 9113 §5.5: what is not known is ignored.
    }
  }

  /** A frame that costs us something and brings nothing. */
  #chat(): Fault | undefined {
    return this.#chatter.spend(this.#session.plane.now)
      ? undefined
      : fault(code.enhanceYourCalm, "chatter");
  }

  /** Takes the padding off; false when it is longer than what it pads (RFC 9113 §6.1). */
  #unpad(): boolean {
    if ((this.#flags & flag.padded) === 0) return true;
    if (this.#from === this.#to) return false;
    this.#to -= this.#bytes[this.#from++] as number;
    return this.#to >= this.#from;
  }

  #data(length: number): Fault | undefined {
    const session = this.#session;
    const id = this.#id;
    if (id === 0 || id > session.lastStream) return fault(code.protocolError, "data-on-idle");
    if (!session.window.fits(length)) return fault(code.flowControlError, "connection-window");
    if (!this.#unpad()) return fault(code.protocolError, "padding");
    const isLast = (this.#flags & flag.endStream) !== 0;
    const empty = length === 0 && !isLast ? this.#chat() : undefined;
    if (empty !== undefined) return empty;
    const { upload } = session.streams.get(id) ?? {};
    if (upload === undefined || upload.isWhole) {
      session.taken(length);
      if (session.wasReset(id)) return undefined;
      session.streams.get(id)?.drop();
      session.sayReset(id, code.streamClosed);
      return this.#chat();
    }
    const stream = session.streams.get(id);
    if (!upload.window.fits(length)) stream?.reset(code.flowControlError);
    const padding = length - (this.#to - this.#from);
    if (padding > 0) upload.taken(padding);
    const range = { from: this.#from, to: this.#to, isLast };
    if (!upload.received(this.#bytes, range))
      stream?.malformed(refusals.badRequest("content-length-differs"));
    return undefined;
  }

  #headers(): Fault | undefined {
    const session = this.#session;
    const id = this.#id;
    if (id % 2 === 0) return fault(code.protocolError, "stream-id");
    const stream = session.streams.get(id);
    if (stream !== undefined && !stream.mayReceive)
      return fault(code.streamClosed, "headers-after-end");
    if (stream === undefined && id <= session.lastStream && !session.wasReset(id))
      return fault(id < session.lastStream ? code.protocolError : code.streamClosed, "stream-id");
    if (!this.#unpad()) return fault(code.protocolError, "padding");
    if ((this.#flags & flag.priority) !== 0) {
      if (this.#to - this.#from < priorityBytes) return fault(code.frameSizeError, "priority");
      if (this.#dependsOnItself()) return fault(code.protocolError, "depends-on-itself");
      this.#from += priorityBytes;
    }
    this.#blocks.start(id, (this.#flags & flag.endStream) !== 0);
    return this.#piece();
  }

  #continuation(): Fault | undefined {
    return this.#chat() ?? this.#piece();
  }

  #piece(): Fault | undefined {
    const { requestHeadBytesMax } = this.#session.plane.config.limits;
    const part = this.#bytes.subarray(this.#from, this.#to);
    const tooMuch = this.#blocks.add(part, requestHeadBytesMax);
    if (tooMuch !== undefined) return tooMuch;
    return (this.#flags & flag.endHeaders) === 0 ? undefined : this.#block();
  }

  #block(): Fault | undefined {
    const session = this.#session;
    const { isLast } = this.#blocks;
    const stream = session.streams.get(this.#id);
    if (stream !== undefined || this.#id <= session.lastStream) {
      const trailers = new Trailers();
      const broken = this.#blocks.read(trailers);
      if (broken !== undefined || stream === undefined) return broken;
      if (!isLast || trailers.problem !== "") stream.malformed(refusals.badRequest("trailer"));
      else if (stream.upload?.received(this.#bytes, { from: 0, to: 0, isLast }) === false)
        stream.malformed(refusals.badRequest("content-length-differs"));
      return undefined;
    }
    draft.start(session.plane.config.limits.requestHeadBytesMax);
    const broken = this.#blocks.read(draft);
    if (broken !== undefined) return broken;
    if (session.mayOpen(this.#id)) session.open(this.#id, draft, isLast);
    else return this.#chat();
    return undefined;
  }

  #windowUpdate(): Fault | undefined {
    const session = this.#session;
    const bytes = readUint32(this.#bytes, this.#from) & windowBytesMax;
    if (this.#id === 0) {
      if (bytes === 0) return fault(code.protocolError, "empty-window-update");
      return session.sender.widen(bytes) ? undefined : fault(code.flowControlError, "window");
    }
    if (this.#id > session.lastStream) return fault(code.protocolError, "window-of-idle");
    const stream = session.streams.get(this.#id);
    if (stream === undefined) return undefined;
    stream.window += bytes;
    if (bytes === 0) stream.reset(code.protocolError);
    else if (stream.window > windowBytesMax) stream.reset(code.flowControlError);
    else stream.widened();
    return undefined;
  }

  #rstStream(): Fault | undefined {
    const session = this.#session;
    if (this.#id === 0 || this.#id > session.lastStream)
      return fault(code.protocolError, "reset-of-idle");
    if (!this.#resets.spend(session.plane.now)) return fault(code.enhanceYourCalm, "rapid-reset");
    session.streams.get(this.#id)?.drop();
    return undefined;
  }

  #settings(): Fault | undefined {
    const session = this.#session;
    if (this.#id !== 0) return fault(code.protocolError, "settings-on-stream");
    if ((this.#flags & flag.ack) !== 0)
      return this.#from === this.#to ? undefined : fault(code.frameSizeError, "settings-ack");
    const before = session.peer.initialWindow;
    const broken = readSettings(session.peer, this.#bytes, this.#from, this.#to);
    if (broken !== undefined) return broken;
    session.sender.frame(kindOf(frame.settings, flag.ack), 0, preface, 0, 0);
    return session.widenAll(session.peer.initialWindow - before)
      ? this.#chat()
      : fault(code.flowControlError, "initial-window");
  }

  #ping(length: number): Fault | undefined {
    if (this.#id !== 0) return fault(code.protocolError, "ping-on-stream");
    if (length !== pingBytes) return fault(code.frameSizeError, "ping");
    if ((this.#flags & flag.ack) === 0)
      this.#session.sender.frame(
        kindOf(frame.ping, flag.ack),
        0,
        this.#bytes,
        this.#from,
        this.#to,
      );
    return this.#chat();
  }

  #priority(length: number): Fault | undefined {
    if (this.#id === 0) return fault(code.protocolError, "priority-of-connection");
    if (length !== priorityBytes) return fault(code.frameSizeError, "priority");
    return this.#dependsOnItself() ? fault(code.protocolError, "depends-on-itself") : this.#chat();
  }

  /** Priorities are ignored otherwise (RFC 9113 §5.3.2). */
  #dependsOnItself(): boolean {
    return (readUint32(this.#bytes, this.#from) & windowBytesMax) === this.#id;
  }
}
