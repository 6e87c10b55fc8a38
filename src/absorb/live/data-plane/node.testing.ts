import { testPorts } from "#kernel/testing";
import { type LivePicture, type Run } from "../contract/orders.ts";
import { type TokenFields, tokenKind } from "../contract/shape.ts";
import { type EngineOptions } from "../engine/engine.ts";
import { scratch, show } from "../engine/show.testing.ts";
import {
  type Ack,
  answerBytes,
  helloBytes,
  readAcks,
  type Told,
  writeAnswer,
} from "../wire/frames.ts";
import { sipKey } from "../wire/sip-hash.ts";
import { signToken, tokenOfText } from "../wire/token.ts";
import { foyer } from "./foyer.ts";
import type { Clocks } from "./hall.ts";
import { placesIn } from "./join/places.ts";
import { LiveNode } from "./node.ts";
import type { Around } from "./player.ts";

const keyBytes = new Uint8Array(16).fill(5);
export const key = sipKey(keyBytes);
export const clocks: Clocks = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until the test lets time pass: what an answer took is exact then, however slow the machine is. */
export class TimeByHand implements Clocks {
  /** Each look at the clock takes this long: a node that is slow. */
  lookMs = 0;
  private at = 1_000_000;
  private readonly wallAhead = Date.now() - this.at;
  private due: { at: number; act: () => void }[] = [];

  now = (): number => (this.at += this.lookMs);
  wall = (): number => this.now() + this.wallAhead;
  after = (ms: number, act: () => void): (() => void) => {
    const due = { at: this.at + ms, act };
    this.due.push(due);
    return () => void (this.due = this.due.filter((each) => each !== due));
  };

  /** Lets time pass until that moment of the wall's clock; what is due on the way is done in its order. */
  passUntil(wall: number): void {
    const end = wall - this.wallAhead;
    for (;;) {
      const [next] = this.due.toSorted((a, b) => a.at - b.at);
      if (next === undefined || next.at > end) break;
      this.due = this.due.filter((each) => each !== next);
      this.at = Math.max(this.at, next.at);
      next.act();
    }
    this.at = Math.max(this.at, end);
  }
}

export const aRun = (more: Partial<Run> = {}): Run => ({
  ...{ run: "final", title: "The final", shape: show(), joining: "backend", stageCellMin: 10 },
  ...{ countries: "country", showsRight: false, tokenMs: 3_600_000, isErased: false, nodes: 1 },
  tokenKey: keyBytes.toBase64({ alphabet: "base64url", omitPadding: true }),
  questions: show().questions.map(() => ({ state: "coming" as const })),
  ...more,
});

export const revealed = (
  inMs = 0,
  forMs = 60_000,
  now = Date.now(),
): Extract<Run["questions"][number], { state: "revealed" }> => ({
  state: "revealed",
  revealAt: now + inMs,
  closesAt: now + inMs + forMs,
});

export const token = (index: number, more: Partial<TokenFields> = {}): string =>
  signToken(key, {
    ...{ kind: tokenKind.participant, node: 0, index, group: index % 6 },
    ...{ expiresS: Math.floor(Date.now() / 1_000) + 3_600, ...more },
  });

export type NodeInTest = AsyncDisposable & {
  node: LiveNode;
  folder: string;
  url: string;
  /** Orders what the questions of the run are to be, in order; those left out stay as they are. */
  order(questions: readonly Run["questions"][number][], more?: Partial<Run>): Promise<void>;
  /** Orders that it listens at another port. */
  moveTo(port: number): Promise<void>;
};

/** A node of its own, reached over its socket. */
export async function nodeInTest(
  of: {
    disk?: EngineOptions["disk"];
    run?: Partial<Run>;
    clocks?: Clocks;
    /** With the pages, and the door where people join. */
    hasFoyer?: boolean;
    /** Which one of several it is, and how it hands over what is another one's. */
    node?: number;
    forward?: Around["forward"];
    /** Of an earlier one; it is left as it is. */
    folder?: string;
  } = {},
): Promise<NodeInTest> {
  const { folder, node: number = 0 } = of;
  const at = folder === undefined ? scratch() : { folder, [Symbol.dispose]: () => {} };
  const node = new LiveNode({
    ...{ node: number, folder: at.folder, clocks: of.clocks ?? clocks, note: () => {} },
    around: {
      addressOf: (_, to) => `ws://elsewhere/${to}`,
      forward: of.forward ?? (async (_, __, all) => all.map(() => ({ outcome: 10, choice: -1 }))),
    },
    elsewhere: of.hasFoyer
      ? foyer({
          ...{ bus: testPorts().bus, node: number },
          places: placesIn({ node: number, folder: at.folder }),
        })
      : () => ({ status: 404, body: "" }),
    ...(of.disk ? { disk: of.disk } : {}),
  });
  let run = aRun(of.run);
  let port = 0;
  const picture = (): LivePicture => ({
    nodes: [{ node: number, hostname: "127.0.0.1", port }],
    runs: [run],
  });
  await node.obey(picture());
  return {
    node,
    folder: at.folder,
    url: `ws://127.0.0.1:${node.port}/live/final/ws`,
    order: async (questions, more = {}) => {
      run = { ...run, ...more, questions: run.questions.map((each, n) => questions[n] ?? each) };
      await node.obey(picture());
    },
    moveTo: async (to) => {
      port = to;
      await node.obey(picture());
    },
    [Symbol.asyncDispose]: async () => {
      await node.stop();
      at[Symbol.dispose]();
    },
  };
}

/** A player as a browser is one: by WebSocket, echoing probes. */
export class Player {
  readonly told: Told[] = [];
  readonly acks: Ack[] = [];
  readonly socket: WebSocket;
  closed: number | undefined;
  private probe: Uint8Array<ArrayBuffer> | undefined;
  private readonly waiting = new Set<() => void>();

  constructor(url: string, text?: string, of: { echoes?: boolean } = {}) {
    this.socket = new WebSocket(url);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => {
      if (text !== undefined) this.hello(text);
      this.wake();
    };
    this.socket.onclose = ({ code }) => {
      this.closed = code;
      this.wake();
    };
    this.socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.told.push(JSON.parse(data));
      else this.hear(new Uint8Array(data), of.echoes !== false);
      this.wake();
    };
  }

  private hear(bytes: Uint8Array<ArrayBuffer>, echoes: boolean): void {
    if (bytes[0] === 0x82) this.acks.push(...readAcks(bytes));
    if (bytes[0] !== 0x84) return;
    this.probe = bytes;
    if (echoes) this.echo();
  }

  /** Whether the node has asked for a sign of life that it was not given yet. */
  get isProbed(): boolean {
    return this.probe !== undefined;
  }

  echo(): void {
    const { probe } = this;
    if (!probe) return;
    this.probe = undefined;
    probe[0] = 4;
    this.socket.send(probe);
  }

  hello(text: string): void {
    const bytes = new Uint8Array(helloBytes);
    bytes[0] = 1;
    bytes.set(tokenOfText(text) ?? new Uint8Array(20), 4);
    this.socket.send(bytes);
  }

  answer(question: number, choice: number, number = 0, elapsedMs = 0): void {
    const bytes = new Uint8Array(answerBytes);
    writeAnswer(bytes, { question, choice, number, elapsedMs });
    this.socket.send(bytes);
  }

  private wake(): void {
    for (const look of this.waiting) look();
  }

  /** Waits until something is so. */
  async until<T>(find: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined && found !== false) return found;
      await new Promise<void>((resolve) => {
        const look = (): void => {
          this.waiting.delete(look);
          resolve();
        };
        this.waiting.add(look);
      });
    }
  }

  open(): Promise<boolean> {
    return this.until(() => this.socket.readyState === WebSocket.OPEN);
  }

  hears<K extends Told["is"]>(is: K): Promise<Extract<Told, { is: K }>> {
    return this.until(() =>
      this.told.find((each): each is Extract<Told, { is: K }> => each.is === is),
    );
  }

  ack(number: number): Promise<Ack> {
    return this.until(() => this.acks.find((each) => each.number === number));
  }
}
