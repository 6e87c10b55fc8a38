import { expect, test } from "bun:test";
import { monitors } from "../contract.ts";
import { inbox, key } from "../inbox.testing.ts";

test("a job says by an address alone that it began, worked and failed; who names no run means the one that goes on", async () => {
  await using world = await inbox();
  const ask = async (rest: string, init: RequestInit = {}): Promise<number> => {
    const { method = "GET", body } = init;
    const asked = { method, headers: {}, ...(body ? { body: Buffer.from(String(body)) } : {}) };
    const answer = await world.ports.outposts.pass(
      "errors-intake",
      `/in/sentry/api/1/cron/${rest}`,
      asked,
    );
    await world.castor.advance(1_000);
    return answer.status;
  };
  const config = { schedule: { type: "crontab", value: "0 * * * *" } };
  const begin = { method: "POST", body: JSON.stringify({ monitor_config: config }) };
  expect(await ask(`backup/${key}/?status=in_progress`, begin)).toBe(200);
  expect(await ask(`backup/${key}/?status=ok`)).toBe(200);
  expect(await ask(`backup/${key}?status=error&environment=live`)).toBe(200);
  expect(await ask(`backup/${"b".repeat(32)}/?status=ok`)).toBe(403);
  const nil = { check_in_id: "0".repeat(32), monitor_slug: "backup", status: "ok" };
  await world.envelope(`{}\n{"type":"check_in"}\n${JSON.stringify(nil)}`);
  await world.settle();
  const { monitors: found } = await world.castor.ask(monitors, {});
  const told = found.map(({ environment, runs }) => [
    environment,
    runs.map(({ status }) => status),
  ]);
  expect(told).toEqual(
    expect.arrayContaining([
      ["", ["ok", "ok"]],
      ["live", ["error"]],
    ]),
  );
});
