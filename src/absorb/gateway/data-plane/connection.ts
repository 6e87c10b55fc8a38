import type { Client } from "./client.ts";

/** A visitor's connection as the plane and the sockets see it, whichever protocol is spoken over it. */
export type Connection = Pick<
  Client,
  | "socket"
  | "out"
  | "deadline"
  | "received"
  | "drained"
  | "ended"
  | "closed"
  | "expired"
  | "beginDrain"
  | "endIfIdle"
  | "terminate"
>;

/** How a visitor comes in; `address` where it is not the connection's own. */
export type Coming = { proto: "http" | "https"; address?: string };
