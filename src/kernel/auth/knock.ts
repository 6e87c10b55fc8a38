import type { Database } from "bun:sqlite";
import type { Clock } from "../clock/clock.ts";
import { type CallerPlace, networkOf } from "./caller.ts";
import type { Credentials, OpenSession } from "./credentials.ts";
import type { FactOutlet } from "./facts.ts";
import type { Library } from "./better-auth.ts";
import { type Attempt, Attempts } from "./limits.ts";
import type { LinkStore } from "./link-store.ts";
import type { PeopleStore } from "./people-store.ts";
import type { TokenStore } from "./token-store.ts";

const minuteMs = 60_000;

/** One request at the door, with what is known about it. */
export type Knock = {
  request: Request;
  place: CallerPlace;
  path: string;
  cookies: string | null;
  session: OpenSession | undefined;
};

/** What the door works with. */
export type DoorParts = {
  database: Database;
  clock: Clock;
  people: PeopleStore;
  tokens: TokenStore;
  links: LinkStore;
  credentials: Credentials;
  library: Library;
  facts: FactOutlet;
  limits: DoorLimits;
  note: (message: string) => void;
};

/**
 * How often one may try. One account from one network first, so that a stranger who guesses locks out himself and not
 * the owner; the account from everywhere has room for the owner beside a spray of guesses.
 */
export class DoorLimits {
  readonly #network: Attempts;
  readonly #accountFromNetwork: Attempts;
  readonly #account: Attempts;
  readonly #code: Attempts;
  readonly #challenge: Attempts;
  readonly #token: Attempts;

  constructor(clock: Clock) {
    this.#network = new Attempts(clock, { countMax: 30, windowMs: 5 * minuteMs });
    this.#accountFromNetwork = new Attempts(clock, { countMax: 5, windowMs: 5 * minuteMs });
    this.#account = new Attempts(clock, { countMax: 50, windowMs: 15 * minuteMs });
    this.#code = new Attempts(clock, { countMax: 5, windowMs: 5 * minuteMs });
    this.#challenge = new Attempts(clock, { countMax: 60, windowMs: 5 * minuteMs });
    this.#token = new Attempts(clock, { countMax: 60, windowMs: minuteMs });
  }

  password(account: string, address: string): Attempt {
    const network = networkOf(address);
    return [
      [this.#network, network],
      [this.#accountFromNetwork, `${network} ${account}`],
      [this.#account, account],
    ];
  }

  code(person: string, address: string): Attempt {
    return [
      [this.#network, networkOf(address)],
      [this.#code, person],
    ];
  }

  /** For what names no account: links and passkeys. */
  network(address: string): Attempt {
    return [[this.#network, networkOf(address)]];
  }

  /** Each challenge is a row on disk. */
  challenge(address: string): Attempt {
    return [[this.#challenge, networkOf(address)]];
  }

  token(address: string): Attempt {
    return [[this.#token, networkOf(address)]];
  }
}
