import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SeededRandom } from "../../../src/kernel/clock/seeded.ts";

export type Request = {
  id: string;
  thread: string;
  isMaybeDuplicate: boolean;
  /** What became of it: on the phone, lost by who said yes, refused for now, or the line broke. */
  fate: "taken" | "dropped" | "failed" | "cut";
  at: number;
};
type Body = {
  type: string;
  id: string;
  thread: string;
  isMaybeDuplicate: boolean;
  actions: { action: string; url: string }[];
};

const delayMsMax = 300;

/**
 * Channel servers on loopback that delay, fail, break the line, and say yes and drop it; and people behind them, who
 * acknowledge most of what reaches them.
 */
export class FarSides {
  readonly requests: Request[] = [];
  readonly chance: SeededRandom;
  /** While it is false everything works: the end has to come to rest. */
  isTroubled = true;
  heard: (what: "asked" | "answered") => void = () => undefined;
  readonly #server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => void this.#serve(JSON.parse(text) as Body, response));
  });

  constructor(seed: number) {
    this.chance = new SeededRandom(seed);
  }

  async open(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #fate(): Request["fate"] {
    const roll = this.isTroubled ? this.chance.unit() : 0;
    if (roll < 0.6) return "taken";
    if (roll < 0.75) return "dropped";
    return roll < 0.93 ? "failed" : "cut";
  }

  async #serve(body: Body, response: ServerResponse): Promise<void> {
    const fate = this.#fate();
    const { id, thread, isMaybeDuplicate } = body;
    this.requests.push({ id, thread, isMaybeDuplicate, fate, at: performance.now() });
    this.heard("asked");
    if (this.isTroubled && this.chance.unit() < 0.5)
      await Bun.sleep(this.chance.unit() * delayMsMax);
    if (fate === "failed") return void response.writeHead(503).end("later");
    // `response.destroy()` may answer 200 here instead of breaking the line.
    if (fate === "cut") return void response.socket?.destroy();
    const button = body.actions.find(({ action }) => action === "acknowledge");
    const answers = body.type === "paging.call" && fate === "taken" && button;
    if (answers && (!this.isTroubled || this.chance.unit() < 0.7)) void this.#tap(button.url);
    response.end("ok", () => this.heard("answered"));
  }

  /** Somebody taps until it worked, as people do. */
  async #tap(url: string): Promise<void> {
    for (let tries = 0; tries < 20; tries++) {
      await Bun.sleep(50 + this.chance.unit() * 200);
      const done = await fetch(url, { method: "POST", redirect: "manual" }).catch(() => undefined);
      if (done?.status === 303) return;
    }
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
