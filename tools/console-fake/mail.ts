import type { MailNow } from "../../src/console/live/shapes.ts";

/** A mail server that lets nobody in at the moment. */
export const fakeMail = (): MailNow => ({
  ...{ server: "smtp.shop.example:587", from: "castor@shop.example", waiting: 3 },
  ...{ waitingSince: Date.now() - 8e5, lastAcceptedAt: Date.now() - 9e5 },
  trouble: {
    why: "Invalid login: 535 5.7.8 Authentication failed",
    ...{ since: Date.now() - 8e5, retryAt: Date.now() + 1e5 },
  },
  failures: [
    {
      purpose: "errors.report",
      at: Date.now() - 2e8,
      why: "550 5.1.1 <[address]>: no such mailbox",
    },
  ],
});
