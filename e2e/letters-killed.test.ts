import { afterEach, expect, test } from "bun:test";
import { tellAll } from "../bench/kit/status-page/letters.ts";
import { isServerHere } from "../src/platform/mail/smtp-server.testing.ts";
import { endAll } from "./running.ts";

const timeoutMs = 90_000;
afterEach(endAll, timeoutMs);

test.skipIf(!isServerHere)(
  "everybody is told once though control is killed on the way, and the letter itself ends it",
  async () => {
    const told = await tellAll({ subscribers: 300, kills: 1 });
    expect(told).toMatchObject({ reached: 300, wrong: 0, isEndedByLetter: true });
    // SMTP has no transaction over its last step: one for each connection that was open then.
    expect(told.again).toBeLessThanOrEqual(3);
  },
  timeoutMs,
);
