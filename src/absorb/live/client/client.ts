import { outcome, type Outcome } from "../contract/outcomes.ts";
import {
  answerBytes,
  frameKind,
  helloBytes,
  readAcks,
  timeToldBytes,
  type Told,
  writeAnswer,
} from "../wire/frames.ts";
import type { QuestionText } from "../wire/frames.ts";
import { sealed } from "../wire/seal.ts";
import { waitMs } from "./backoff.ts";
import { NodeClock } from "./clock.ts";
import type { LiveClient, LiveOptions } from "./types.ts";

export { outcome } from "../contract/outcomes.ts";
export type { LiveClient, LiveEvents, LiveOptions, Shown } from "./types.ts";

type Pending = {
  choice: number;
  elapsedMs: number;
  number: number;
  /** When it is sent again unless something was heard of it. */
  again?: ReturnType<typeof setTimeout>;
};

/** The server asks to try again later: nothing is wrong with the answer. */
const again: readonly Outcome[] = [outcome.unavailable, outcome.nodeAway, outcome.tooFast];
const timeLooks = 5;
const timeLookEveryMs = 300;
const resendMs = 4_000;
const againTries = 2;
/** A clock here that is a little ahead shows a question before the node opens it: the answer goes again, and its time with it. */
const earlyAgainMs = 200;
const silentMsMax = 30_000;
const takenElsewhere = 4000;

/** A participant's connection to a show: it comes back by itself, and keeps an answer until the node has it on disk. */
export function joinLive(options: LiveOptions): LiveClient {
  return new Connection(options);
}

class Connection implements LiveClient {
  readonly #of: LiveOptions;
  readonly #chance: () => number;
  readonly #clock = new NodeClock();
  readonly #pending = new Map<number, Pending>();
  readonly #sealedTexts = new Map<number, string>();
  readonly #shownAt = new Map<number, number>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #url: string;
  #socket: WebSocket | undefined;
  #tries = 0;
  #numbers = 0;
  #comeBackWithinMs = 0;
  #heardAt = 0;
  #greetedAt = 0;
  #isClosed = false;

  constructor(of: LiveOptions) {
    this.#of = of;
    this.#chance = of.chance ?? Math.random;
    this.#url = of.url;
    this.#connect();
    // A phone that comes back into the net should not wait out its pause.
    globalThis.addEventListener?.("online", this.#hurry);
  }

  answer(question: number, choice: number): void {
    if (this.#pending.has(question)) return;
    const elapsedMs = Math.round(
      performance.now() - (this.#shownAt.get(question) ?? performance.now()),
    );
    this.#pending.set(question, { choice, elapsedMs, number: ++this.#numbers });
    this.#send(question);
  }

  close(): void {
    if (!this.#isClosed) this.#end("ended");
  }

  #end(state: "elsewhere" | "ended"): void {
    this.#isClosed = true;
    globalThis.removeEventListener?.("online", this.#hurry);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#socket?.close();
    this.#of.state?.(state);
  }

  readonly #hurry = (): void => {
    if (this.#socket === undefined && !this.#isClosed) this.#connect();
  };

  #connect(): void {
    this.#of.state?.("connecting");
    const socket = new WebSocket(`${this.#url.replace(/^http/, "ws")}/ws`);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.addEventListener("open", () => this.#greet(socket));
    socket.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.#heardAt = performance.now();
      if (typeof data === "string") this.#hearTold(JSON.parse(data) as Told);
      else this.#hearFrame(new Uint8Array(data), socket);
    });
    socket.addEventListener("close", ({ code }) => this.#lost(socket, code));
  }

  #lost(socket: WebSocket, code = 0): void {
    if (this.#isClosed || socket !== this.#socket) return;
    this.#socket = undefined;
    // Two windows that take it from each other would go on for ever.
    if (code === takenElsewhere) return this.#end("elsewhere");
    this.#of.state?.("offline");
    this.#later(waitMs(this.#tries++, this.#chance, this.#comeBackWithinMs), this.#hurry);
  }

  #greet(socket: WebSocket): void {
    const hello = new Uint8Array(helloBytes);
    hello[0] = frameKind.hello;
    hello.set(bytesOf(this.#of.token), 4);
    socket.send(hello);
    this.#clock.forget();
    this.#greetedAt = performance.now();
    this.#heardAt = this.#greetedAt;
    for (let look = 0; look < timeLooks; look++)
      this.#later(look * timeLookEveryMs, () => this.#askTime(socket));
    this.#watch(socket);
  }

  /** A network that went away in silence is found out here: nobody tells a phone in a tunnel. */
  #watch(socket: WebSocket): void {
    this.#later(silentMsMax / 2, () => {
      if (socket !== this.#socket) return;
      if (performance.now() - this.#heardAt <= silentMsMax) {
        this.#askTime(socket);
        return this.#watch(socket);
      }
      socket.close();
      this.#lost(socket);
    });
  }

  #askTime(socket: WebSocket): void {
    if (socket !== this.#socket || socket.readyState !== WebSocket.OPEN) return;
    const frame = new Uint8Array(8);
    frame[0] = frameKind.time;
    new DataView(frame.buffer).setUint32(4, Math.floor(performance.now()), true);
    socket.send(frame);
  }

  #hearTold(told: Told): void {
    switch (told.is) {
      case "welcome":
        this.#tries = 0;
        // A first look at the clock: it was read after the hello went out.
        this.#setClock(told.now, this.#greetedAt);
        this.#of.state?.("on");
        for (const question of this.#pending.keys()) this.#send(question);
        return;
      case "refused":
        return this.#refused(told.why);
      case "moved":
        this.#url = told.to.replace(/\/ws$/, "");
        return this.#socket?.close();
      case "crowd":
        this.#comeBackWithinMs = told.comeBackWithinMs;
        return;
      case "sealed":
        this.#sealedTexts.set(told.question, told.sealed);
        return;
      case "soon":
        return this.#countDown(told);
      case "reveal":
        return this.#reveal(told);
      case "closed":
        this.#of.closed?.(told);
        // Whether an answer that was on its way came in time, the node says.
        return this.#send(told.question);
      case "over":
        this.#later(this.#chance() * told.askWithinMs, () => this.#of.over?.());
    }
  }

  /** The token is good where its node is only away: asked again after a pause, like a lost connection. */
  #refused(why: Outcome): void {
    if (again.includes(why)) return this.#socket?.close();
    this.#of.refused?.(why);
    this.close();
  }

  #setClock(nodeAt: number, sentAt: number): void {
    this.#clock.hear({ sentAt, heardAt: performance.now(), nodeAt });
  }

  #countDown({ question, revealAt }: Told & { is: "soon" }): void {
    const inMs = this.#clock.here(revealAt) - performance.now();
    if (inMs > 0 && !this.#shownAt.has(question)) this.#of.soon?.({ question, inMs });
  }

  #reveal({ question, key, revealAt, closesAt }: Told & { is: "reveal" }): void {
    const text = this.#sealedTexts.get(question);
    if (text === undefined || this.#shownAt.has(question)) return;
    const inMs = Math.max(0, this.#clock.here(revealAt) - performance.now());
    this.#later(inMs, () => {
      if (this.#shownAt.has(question)) return;
      this.#shownAt.set(question, performance.now());
      const opened = new TextDecoder().decode(sealed(bytesOf(key), bytesOf(text)));
      const here = Date.now() + this.#clock.here(closesAt) - performance.now();
      this.#of.shown?.({ ...(JSON.parse(opened) as QuestionText), question, closesAt: here });
    });
  }

  #hearFrame(bytes: Uint8Array, socket: WebSocket): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    switch (bytes[0]) {
      case frameKind.probe: {
        const echo = bytes.slice(0, 8);
        echo[0] = frameKind.echo;
        return socket.send(echo);
      }
      case frameKind.timeTold:
        if (bytes.length < timeToldBytes) return;
        return this.#setClock(view.getFloat64(8, true), view.getUint32(4, true));
      case frameKind.ack:
        for (const ack of readAcks(bytes)) this.#settle(ack);
        return;
    }
  }

  #settle({
    question,
    outcome: became,
    choice,
  }: {
    question: number;
    outcome: Outcome;
    choice: number | null;
  }): void {
    const pending = this.#pending.get(question);
    if (pending === undefined) return;
    clearTimeout(pending.again);
    if (became === outcome.early) return this.#sendAgain(pending, question, earlyAgainMs);
    if (again.includes(became))
      return this.#sendAgain(pending, question, waitMs(againTries, this.#chance));
    this.#pending.delete(question);
    this.#of.counted?.({ question, outcome: became, choice });
  }

  /** Sends an answer, and again while nothing was heard of it: a repeated one is counted once. */
  #send(question: number): void {
    const pending = this.#pending.get(question);
    const socket = this.#socket;
    if (pending === undefined || socket?.readyState !== WebSocket.OPEN) return;
    const frame = new Uint8Array(answerBytes);
    const { choice, elapsedMs, number } = pending;
    writeAnswer(frame, { question, choice, elapsedMs, number });
    socket.send(frame);
    this.#sendAgain(pending, question, resendMs);
  }

  #sendAgain(pending: Pending, question: number, ms: number): void {
    clearTimeout(pending.again);
    pending.again = this.#later(ms, () => this.#send(question));
  }

  #later(ms: number, act: () => void): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#isClosed) act();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }
}

/** base64url as bytes; browsers of this year's phones do not all have `fromBase64`. */
function bytesOf(text: string): Uint8Array {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.codePointAt(0) ?? 0);
}
