import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Picture } from "../../../cache/contract.ts";
import type { GatewaySnapshotInput } from "../snapshot.ts";
import { dial } from "../world.testing.ts";
import { startWorker } from "../worker.ts";
import { bodyOf, changing, closing, page, picture, short } from "./cache.testing.ts";

test("a worker needs only its files: it caches without control, and after a restart without the origin", async () => {
  const data = mkdtempSync(join(tmpdir(), "castor-worker-cache-"));
  mkdirSync(join(data, "snapshot"));
  const write = (name: string, value: unknown): void =>
    writeFileSync(join(data, "snapshot", `${name}.json`), JSON.stringify({ version: 1, value }));
  using shop = changing(page("kept", short));
  const gateway: GatewaySnapshotInput = {
    listeners: [{ host: "127.0.0.1", port: 0 }],
    routes: [{ id: "all", service: "shop" }],
    services: [{ id: "shop", instances: [{ id: "shop-1", host: "127.0.0.1", port: shop.port }] }],
    drainMs: 100,
  };
  const cache: Picture = { ...picture, diskBytesMax: 10_000_000 };
  write("gateway", gateway);
  write("cache", cache);
  const life = async (): Promise<string> => {
    const worker = await startWorker({ data, id: "gateway-1" });
    const wire = await dial(worker.plane.ports()[0] ?? 0);
    const answer = await wire.send(closing("/")).over();
    await worker.stop();
    return bodyOf(answer);
  };
  expect(await life()).toBe("kept");
  shop.says("gone");
  expect(await life()).toBe("kept");
  rmSync(data, { recursive: true, force: true });
});
