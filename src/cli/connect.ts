import { type Api, api, findTarget } from "./api.ts";
import type { Arguments } from "./command.ts";
import type { Terminal } from "./terminal.ts";

/** The Castor that a command line means. */
export const connect = (given: Arguments, { env, folder }: Terminal): Api =>
  api(() =>
    findTarget({
      flags: { url: given.text("url"), token: given.text("token"), data: given.text("data") },
      env,
      folder,
    }),
  );
