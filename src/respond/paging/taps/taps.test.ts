import { expect, test } from "bun:test";
import { now } from "../contract.ts";
import { person, world, type World } from "../world.testing.ts";

const signingSecret = "a-signing-secret-of-slack";
const hookSecret = "a-secret-of-the-hook";
const keys = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
const publicKey = Buffer.from(await crypto.subtle.exportKey("raw", keys.publicKey)).toString("hex");

const config = {
  slack: { signingSecret },
  discord: { publicKey },
  telegram: { secret: hookSecret },
  people: {
    ann: {
      channels: [
        ...(person("ann") as { channels: object[] }).channels,
        { kind: "slack", to: "U012AB3CD" },
        { kind: "discord", to: "12345678", user: "555555" },
        { kind: "telegram", to: "12345" },
      ],
    },
  },
};
const acknowledgedBy = async ({ castor }: World): Promise<unknown> =>
  (await castor.ask(now, {})).pages[0]?.acknowledgedBy;

test("a button in Slack acknowledges; a forged, old or foreign one does nothing", async () => {
  const night = await world({ config });
  await using _ = night.castor;
  await night.tell("opened");
  const payload = JSON.stringify({
    ...{ type: "block_actions", user: { id: "U012AB3CD", username: "ann.k" } },
    actions: [{ action_id: "acknowledge", value: "g-1" }],
  });
  const body = new URLSearchParams({ payload }).toString();
  const tap = (secret: string, ageS: number): Promise<Response> => {
    const at = Math.floor(night.ports.clock.now() / 1_000) - ageS;
    const mac = new Bun.CryptoHasher("sha256", secret).update(`v0:${at}:${body}`).digest("hex");
    const headers = { "x-slack-request-timestamp": String(at), "x-slack-signature": `v0=${mac}` };
    return night.send("/in/slack", { method: "POST", body, headers });
  };
  expect((await tap("another-secret", 0)).status).toBe(401);
  expect((await tap(signingSecret, 400)).status).toBe(401);
  expect((await night.send("/in/slack", { method: "POST", body })).status).toBe(401);
  expect(await acknowledgedBy(night)).toBeNull();
  expect((await tap(signingSecret, 0)).status).toBe(200);
  expect(await acknowledgedBy(night)).toBe("ann");
});

test("Discord's first question is answered, its buttons act, and forgeries do nothing", async () => {
  const night = await world({ config });
  await using _ = night.castor;
  await night.tell("opened");
  const send = async (said: object, forged = false): Promise<Response> => {
    const [at, body] = ["1767225600", JSON.stringify(said)];
    const signed = Buffer.from(`${at}${forged ? " " : ""}${body}`);
    const mac = Buffer.from(await crypto.subtle.sign("Ed25519", keys.privateKey, signed));
    const headers = { "x-signature-ed25519": mac.toString("hex"), "x-signature-timestamp": at };
    return await night.send("/in/discord", { method: "POST", body, headers });
  };
  expect((await send({ type: 1 }, true)).status).toBe(401);
  expect(await (await send({ type: 1 })).json()).toEqual({ type: 1 });
  const tap = {
    ...{ type: 3, data: { custom_id: "acknowledge:g-1" } },
    member: { user: { id: "555555", username: "ann" } },
  };
  expect((await send(tap, true)).status).toBe(401);
  expect(await acknowledgedBy(night)).toBeNull();
  expect(await (await send(tap)).json()).toMatchObject({ data: { content: "ann sees to it." } });
  expect(await acknowledgedBy(night)).toBe("ann");
});

test("a button in Telegram acknowledges, and a stranger's webhook does nothing", async () => {
  const night = await world({ config });
  await using _ = night.castor;
  await night.tell("opened");
  const said = { callback_query: { id: "q1", data: "acknowledge:g-1", from: { id: 12345 } } };
  const send = (secret: string, body: object): Promise<Response> =>
    night.send("/in/telegram", {
      ...{ method: "POST", body: JSON.stringify(body) },
      headers: { "x-telegram-bot-api-secret-token": secret },
    });
  expect((await send("a-wrong-secret-of-it", said)).status).toBe(401);
  expect(await acknowledgedBy(night)).toBeNull();
  const answer = await send(hookSecret, said);
  expect(await answer.json()).toMatchObject({
    method: "answerCallbackQuery",
    text: "ann sees to it.",
  });
  expect(await acknowledgedBy(night)).toBe("ann");
  expect((await send(hookSecret, { message: { text: "hello" } })).status).toBe(200);
});

test("without their secrets these doors are shut", async () => {
  const night = await world();
  await using _ = night.castor;
  for (const path of ["slack", "discord", "telegram"]) {
    const answer = await night.send(`/in/${path}`, { method: "POST", body: "{}" });
    expect(answer.status).toBe(401);
  }
});
