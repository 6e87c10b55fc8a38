import { expect, test } from "bun:test";
import { measureConnections } from "../../absorb/live/data-plane/yardstick.ts";
import { certificateForNow } from "./live-plan.ts";

test("what connections take of this machine is measured on real ones, with TLS and without", async () => {
  const size = { first: 50, players: 200, rounds: 2, handshakes: 20 };
  const found = await measureConnections(await certificateForNow(), size);
  const { plainConnectUs = 0, handshakeUs = 0, sendUs = 0, connectionKb = 0 } = found;
  for (const us of [plainConnectUs, handshakeUs, sendUs]) expect(us).toBeGreaterThan(0.1);
  // A signature and a key exchange cost more than to write some bytes.
  expect(handshakeUs).toBeGreaterThan(sendUs);
  // The kernel's part is assumed, so it is there in any case.
  expect(connectionKb).toBeGreaterThanOrEqual(5);
}, 60_000);
