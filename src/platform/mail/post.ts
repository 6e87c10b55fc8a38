import type { Letter } from "./contract.ts";

/** How a mail server is reached. */
export type Server = {
  host: string;
  port: number;
  security: "tls" | "starttls" | "none";
  credentials: { user: string; password: string } | undefined;
  /** The certificate (PEM) that the server is trusted by; the machine's list when absent. */
  trust: string | undefined;
};

/** A letter with all that its head says. */
export type Stamped = Pick<Letter, "to" | "subject" | "text" | "html" | "replyTo"> & {
  from: { name: string; address: string };
  /** The same at every try, so that a reader's mailbox may drop what comes twice. */
  messageId: string;
  /** The letters that it goes on from; the first of its thread. */
  references: string | undefined;
  unsubscribe: string | undefined;
  isImportant: boolean;
};

/** What the server said: taken; not now (4xx); never (5xx); or nothing, since the line broke. */
export type Reply = {
  kind: "taken" | "later" | "never" | "broken";
  said: string;
  /** It is the receiver that there is not. */ isAddress?: boolean;
};

/** An open line to the mail server. */
export type Line = { hand(letter: Stamped): Promise<Reply>; close(): void };

/** The edge to the network. `open` throws where the server cannot be reached or does not let us in. */
export type Post = { open(server: Server): Promise<Line> };

/** Equipment `mail`. */
export type Equipment = { post: Post; readTrust(path: string): string };
