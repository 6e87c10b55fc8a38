import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock/clock.ts";
import type { Auth } from "./auth.ts";
import type { TrustedProxies } from "./caller.ts";
import { Credentials } from "./credentials.ts";
import { Door } from "./door.ts";
import { FactOutlet } from "./facts.ts";
import { DoorLimits } from "./knock.ts";
import { openLibrary } from "./better-auth.ts";
import { LinkStore } from "./link-store.ts";
import { PeopleStore } from "./people-store.ts";
import { writePrivateFile } from "./private-file.ts";
import { openPeopleDatabase } from "./schema.ts";
import { TokenStore } from "./token-store.ts";

const secretBytes = 32;

export type AuthOptions = {
  /** The database; its key lies beside it, with the ending `.key`. */
  path: string;
  /** The folder for what lives as long as this run: `local-token`, `sign-in-link`. */
  run: string;
  clock: Clock;
  /** Names by which browsers reach the console, for passkeys; `localhost` always counts. */
  hosts?: readonly string[];
  trustedProxies?: TrustedProxies;
  /** For operators of Castor itself; no secrets. */
  note?: (message: string) => void;
};

/** Opens the door, and leaves a fresh `local-token` for the command line. */
export function openAuth(of: AuthOptions): Auth {
  const { path, run, clock, hosts = [], trustedProxies = [], note } = of;
  mkdirSync(run, { recursive: true, mode: 0o700 });
  const secret = keptSecret(path.replace(/(\.db)?$/, ".key"), clock);
  const localToken = Buffer.from(clock.secret(secretBytes)).toString("hex");
  writePrivateFile(join(run, "local-token"), localToken);

  const say = note ?? ((message: string) => void process.stderr.write(`${message}\n`));
  const database = openPeopleDatabase(path);
  const tokens = new TokenStore(database, clock);
  const links = new LinkStore(database, clock, join(run, "sign-in-link"));
  const people = new PeopleStore({ database, clock, links, tokens });
  // Written at once, so that whoever started this can show the way in without asking.
  if (people.isEmpty()) links.firstRun(false);
  const credentials = new Credentials({ database, clock, tokens, secret, localToken });
  const library = openLibrary({ path, secret, passkeyHosts: ["localhost", ...hosts] });
  const facts = new FactOutlet({ clock, key: secret, note: say });
  const limits = new DoorLimits(clock);
  const parts = { database, clock, people, tokens, links, credentials, library, facts, limits };
  const door = new Door({ ...parts, note: say }, trustedProxies);

  return {
    identify: (request, address) => Promise.resolve(door.identify(request, address)),
    addressOf: (request, peer) => door.addressOf(request, peer),
    refuse: (request, address) => door.refuse(request, address),
    handle: (request, address) => door.handle(request, address),
    roleOf: (actor) => credentials.roleOf(actor),
    people,
    tokens,
    firstRunLink: () => (people.isEmpty() ? links.firstRun(false) : undefined),
    onFact: (hear) => facts.listen(hear),
    close: () => {
      library.close();
      database.close();
    },
  };
}

/** Signs cookies and encrypts the secrets of second factors; beside the database, not in it, so that a copy of one is not enough. */
function keptSecret(path: string, clock: Clock): string {
  if (!existsSync(path)) {
    writePrivateFile(path, Buffer.from(clock.secret(secretBytes)).toString("hex"));
  }
  return readFileSync(path, "utf8").trim();
}
