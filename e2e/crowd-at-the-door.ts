import { Connection } from "./visitors.ts";

const stayMs = 700;
const requestsEach = 3;
const pollMs = 2_000;
/** Used passes are tried again when no second tab could be meant any more. */
const replayAfterMs = 11_000;

/** An origin that writes down who was there from when to when. */
export class Guestbook {
  /** When each person was there first and last. */
  readonly stays = new Map<string, { from: number; to: number }>();
  readonly #server: Bun.Server<undefined>;
  /** No pass must ever be seen here. */
  passesSeen = 0;

  constructor() {
    this.#server = Bun.serve({
      ...{ hostname: "127.0.0.1", port: 0 },
      fetch: (request) => {
        const { pathname } = new URL(request.url);
        if (pathname === "/health") return new Response("well");
        const person = request.headers.get("x-person") ?? "";
        if (/castor/.test(request.headers.get("cookie") ?? "")) this.passesSeen++;
        const now = performance.now();
        const stay = this.stays.get(person) ?? { from: now, to: now };
        stay.to = now;
        this.stays.set(person, stay);
        const isLast = pathname === "/bye";
        return new Response("in", { headers: isLast ? { "castor-waiting-room": "revoke" } : {} });
      },
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }
  stop(): void {
    void this.#server.stop(true);
  }

  /** The most people who were there at once. */
  activeMost(): number {
    const steps = [...this.stays.values()].flatMap(({ from, to }) => [
      { at: from, step: 1 },
      { at: to, step: -1 },
    ]);
    let [now, most] = [0, 0];
    for (const { step } of steps.toSorted((a, b) => a.at - b.at || a.step - b.step))
      most = Math.max(most, (now += step));
    return most;
  }

  /** The most new people within any span of this length. */
  newMost(spanMs: number): number {
    const times = [...this.stays.values()].map(({ from }) => from).toSorted((a, b) => a - b);
    let [most, first] = [0, 0];
    for (const [last, at] of times.entries()) {
      while ((times[first] ?? at) <= at - spanMs) first++;
      most = Math.max(most, last - first + 1);
    }
    return most;
  }
}

export type Person = {
  name: string;
  /** Since when they wait, by their pass; undefined for those who walked in. */
  since: number | undefined;
  enteredAt: number | undefined;
  /** What passes were worth that were used before or made up, where they tried. */
  tricks: Worth[];
};
/** Nothing at all, as much as coming without a pass, or the place that it names. */
export type Worth = "nothing" | "no pass" | "a place";
type Answer = Awaited<ReturnType<Connection["ask"]>>;

const isIn = ({ head, body }: Answer): boolean => body === "in" && !/castor-reason/i.test(head);

/** One of the crowd: waits, gets in, looks around, and leaves with or without a word. */
export async function visit(
  gateway: string,
  of: { name: string; leavesWithAWord: boolean; triesTricks: boolean; triesLater: boolean },
): Promise<Person> {
  const person: Person = {
    ...{ name: of.name, since: undefined, enteredAt: undefined },
    tricks: [],
  };
  const door = new Door(gateway, of.name);
  let answer = await door.ask("/");
  let waitingPass = "";
  while (!isIn(answer)) {
    if (door.pass.includes("=w.")) waitingPass = door.pass;
    if (of.triesTricks && person.tricks.length === 0)
      person.tricks.push(await door.tries(forged(door.pass)));
    await Bun.sleep(pollMs * (0.9 + 0.2 * Math.random()));
    answer = await door.ask("/");
  }
  person.enteredAt = performance.now();
  const since = waitingPass.split(".")[4];
  if (since !== undefined) person.since = Number.parseInt(since, 36);
  if (of.triesTricks && waitingPass !== "") person.tricks.push(await door.tries(waitingPass));
  for (let n = 1; n < requestsEach; n++) {
    await Bun.sleep(stayMs);
    await door.ask("/more");
  }
  if (of.leavesWithAWord) await door.ask("/bye");
  if (of.triesLater && waitingPass !== "") {
    await Bun.sleep(replayAfterMs);
    person.tricks.push(await door.tries(waitingPass));
  }
  door.leave();
  return person;
}

/** Says that they are in until the end of time; the signature is of something else. */
function forged(pass: string): string {
  const [name = "", value = ""] = pass.split("=");
  const [, id = "", , mac = ""] = value.split(".");
  return `${name}=i.${id}.${(9e12).toString(36)}.${mac}`;
}

/** A browser at the door: keeps its cookie, and its connection for a few requests. */
class Door {
  pass = "";
  readonly #gateway: string;
  readonly #name: string;
  #connection: Connection | undefined;
  #asked = 0;

  constructor(gateway: string, name: string) {
    this.#gateway = gateway;
    this.#name = name;
  }

  async ask(path: string): Promise<Answer> {
    const answer = await this.#send(path, this.#name, this.pass);
    const given = /\r\nset-cookie: (castor\.room\.[^;]*)/i.exec(answer.head)?.[1];
    if (given !== undefined) this.pass = given;
    return answer;
  }

  /** What a pass is worth to somebody else. */
  async tries(pass: string): Promise<Worth> {
    const answer = await this.#send("/", `somebody with the pass of ${this.#name}`, pass);
    const given = /\r\nset-cookie: (castor\.room\.[^;]*)/i.exec(answer.head)?.[1] ?? "";
    const [id] = pass.split(".").slice(3);
    if (given === "") return isIn(answer) ? "a place" : "nothing";
    return given.includes(`.${id}.`) ? "a place" : "no pass";
  }

  /** A new connection now and then meets the other worker. A request that a killed process took along is sent again. */
  async #send(path: string, person: string, pass: string): Promise<Answer> {
    const { hostname, port } = new URL(this.#gateway);
    if (++this.#asked % 3 === 0) this.leave();
    this.#connection ??= await Connection.open(hostname, Number(port));
    const lines = `X-Person: ${person}\r\n${pass === "" ? "" : `Cookie: ${pass}\r\n`}`;
    const answer = await this.#connection.ask(path, this.#gateway, lines);
    if (answer.isLast) this.leave();
    return answer;
  }

  leave(): void {
    this.#connection?.end();
    this.#connection = undefined;
  }
}
