import type { Client } from "../client.ts";

/** Who wants an answer, as an exchange sees it: a visitor's connection, or a fetch for the cache. */
export type Asker = Pick<
  Client,
  "plane" | "exchange" | "write" | "goOn" | "mayStayOpen" | "refuse" | "answered" | "terminate"
> & {
  readonly visitor: Pick<Client["visitor"], "origin" | "idLine" | "stay" | "hashOf" | "addressOf">;
};
