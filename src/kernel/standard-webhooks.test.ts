import { expect, test } from "bun:test";
import { webhookHeaders, webhookSecret, WebhookSecret } from "./standard-webhooks.ts";

// The example that the specification publishes.
const published = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  at: 1_614_265_330_000,
};

test("a signature is the one that the specification publishes", () => {
  expect(webhookHeaders('{"test": 2432232314}', published)).toMatchObject({
    "webhook-id": published.id,
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("a secret is made as libraries read it, and one too short for a key is refused", () => {
  const made = webhookSecret(Buffer.from("sixteen bytes or"));
  const isTaken = (text: string): boolean => WebhookSecret.safeParse(text).success;
  expect([made, published.secret, "whsec_MfKQ9r8GKYqr", "short"].map(isTaken)).toEqual([
    ...[true, true],
    ...[false, false],
  ]);
});
