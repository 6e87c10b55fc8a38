import { expect, test } from "bun:test";
import { Backend, get, until, world, type Wire } from "../world.testing.ts";
import { open } from "./patient.testing.ts";

const workers = 4;
const answerMs = 15;

/** A site that works on four requests at once; the others wait inside it. */
class Site {
  most = 0;
  answered = 0;
  readonly backend: Backend;
  readonly #inside: Wire[] = [];
  #busy = 0;

  constructor() {
    this.backend = new Backend((wire) => {
      const asked = wire.text.split("\r\n\r\n").length - 1;
      wire.received = Buffer.alloc(0);
      for (let i = 0; i < asked; i++) this.#inside.push(wire);
      this.most = Math.max(this.most, this.#inside.length + this.#busy);
      this.#work();
    });
    open.push(this.backend);
  }

  #work(): void {
    while (this.#busy < workers) {
      const wire = this.#inside.shift();
      if (wire === undefined) return;
      this.#busy++;
      setTimeout(() => {
        this.#busy--;
        this.answered++;
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone");
        this.#work();
      }, answerMs);
    }
  }
}

test("a crowd far beyond what a site can do: everybody has an answer, and the site is spared", async () => {
  const site = new Site();
  const at = world([site.backend], { service: { concurrency: {} } });
  open.push({ stop: () => at[Symbol.dispose]() });
  const answers = { served: 0, refused: 0, other: 0 };
  let asked = 0;
  let isOver = false;
  // Eighty visitors, each of whom asks again as soon as there is an answer.
  for (let i = 0; i < 80; i++) {
    const visitor = await at.dial();
    const ask = (): void => {
      asked++;
      visitor.received = Buffer.alloc(0);
      visitor.send(get());
    };
    visitor.onData = ({ text }) => {
      const [head = "", body = ""] = text.split("\r\n\r\n");
      if (Number(/Content-Length: (\d+)/.exec(head)?.[1] ?? 0) > body.length) return;
      if (head.startsWith("HTTP/1.1 200")) answers.served++;
      else if (/503 [^]*Castor-Reason: queue\.(shed|full|timeout)/.test(head)) answers.refused++;
      else answers.other++;
      if (!isOver) setTimeout(ask, 5);
    };
    ask();
  }
  await until(() => answers.served >= 600 && answers.refused > 0, JSON.stringify(answers));
  const [service] = at.plane.stats().services;
  expect(service?.instances[0]?.limit).toBeLessThan(20);
  isOver = true;
  await until(() => answers.served + answers.refused === asked);
  expect(answers.other).toBe(0);
  expect(site.answered).toBe(answers.served);
  expect(site.most).toBeLessThanOrEqual(45);
  await until(() => at.plane.stats().services[0]?.inFlight === 0);
  expect(await at.ask(get("/", "Connection: close\r\n"))).toStartWith("HTTP/1.1 200");
});
