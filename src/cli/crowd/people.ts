import type { Answer } from "./http/answer.ts";

const cookiesMax = 50;

/** Somebody in the crowd: keeps cookies, and may close the connection after every page. */
export class Person {
  readonly agent: string;
  /** Where they come from, told in X-Forwarded-For: a gateway that trusts the crowd's machine counts them apart. */
  readonly address: string;
  /** Brings a new connection for every request instead of keeping one. */
  readonly fresh: boolean;
  readonly #cookies = new Map<string, string>();

  constructor(agent: string, address: string, fresh: boolean) {
    this.agent = agent;
    this.address = address;
    this.fresh = fresh;
  }

  get cookies(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Takes the cookies of an answer, and drops those that it expires. */
  remember(answer: Answer): void {
    for (const line of answer.headers.get("set-cookie") ?? []) {
      const [pair = ""] = line.split(";");
      const equals = pair.indexOf("=");
      if (equals < 1) continue;
      const name = pair.slice(0, equals).trim();
      this.#cookies.delete(name);
      const gone = /;\s*max-age=(0|-\d+)\s*(;|$)/i.test(line);
      if (!gone && this.#cookies.size < cookiesMax) {
        this.#cookies.set(name, pair.slice(equals + 1).trim());
      }
    }
  }
}

/** What the visitors of a curve say they are. */
export const agents = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
  "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
];

/** An address out of 198.18.0.0/15, which RFC 2544 keeps for tests like this one. */
const benchAddress = (id: number): string =>
  `198.${18 + ((id >> 16) & 1)}.${(id >> 8) & 255}.${id & 255}`;

/** The different people of a crowd, made as they are met; beyond the limit the first are met again. */
export class People {
  readonly #known = new Map<string, Person>();
  readonly #limit: number;
  readonly #freshShare: number;
  readonly #random: () => number;

  constructor(of: { limit: number; freshShare: number; random: () => number }) {
    this.#limit = of.limit;
    this.#freshShare = of.freshShare;
    this.#random = of.random;
  }

  get met(): number {
    return this.#known.size;
  }

  /** The next visitor of a curve. */
  next(): Person {
    const id = Math.floor(this.#random() * this.#limit);
    return this.meet(String(id), agents[id % agents.length] ?? "", benchAddress(id));
  }

  meet(id: string, agent: string, address: string): Person {
    const known = this.#known.get(id);
    if (known) return known;
    const person = new Person(agent, address, this.#random() < this.#freshShare);
    this.#known.set(id, person);
    return person;
  }
}

const link = /<a\s[^>]*?href=["'](\/(?!\/)[^"'#\s]*)/gi;

/** The pages of this site that an answer leads to: its links, or the place it sends the visitor to. */
export function nextPages(answer: Answer, origin: string): string[] {
  const location = answer.headers.get("location")?.[0];
  if (location !== undefined && answer.status >= 300 && answer.status < 400) {
    const to = URL.parse(location, origin);
    return to?.origin === origin ? [to.pathname + to.search] : [];
  }
  return [...answer.text.matchAll(link)].map(([, path = "/"]) => path.replaceAll("&amp;", "&"));
}
