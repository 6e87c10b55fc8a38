import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findDoorFree } from "./door.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "castor-door-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function planned(listen: string) {
  const config = join(folder, "castor.yaml");
  writeFileSync(config, `gateway:\n  listen: "${listen}"\n`);
  return { data: folder, config, env: {} as Record<string, string> };
}
const socket = { data: () => undefined };
/** `reusePort` works and is missing from the types. */
const listen = (port: number, reusePort: boolean) =>
  Bun.listen(Object.assign({ hostname: "127.0.0.1", port, socket }, { reusePort }));
const door = (reusePort: boolean) => listen(0, reusePort);

test.each([
  ["a stranger's port", false],
  ["another Castor's port, which the system would share", true],
])("%s is refused with the way out", (_, reusePort) => {
  const other = door(reusePort);
  const plan = planned(`127.0.0.1:${other.port}`);
  expect(() => findDoorFree(plan, {})).toThrow(
    `Something else listens on 127.0.0.1:${other.port} already.`,
  );
  other.stop(true);
});

test("a free port is left free", () => {
  const other = door(false);
  const { port } = other;
  other.stop(true);
  findDoorFree(planned(`127.0.0.1:${port}`), {});
  listen(port, true).stop(true);
});

test("the command line and the environment win over the file", () => {
  const other = door(false);
  const free = planned("127.0.0.1:0");
  const address = `127.0.0.1:${other.port}`;
  expect(() => findDoorFree(free, { CASTOR_GATEWAY__LISTEN: address })).toThrow("Something else");
  const env = { CASTOR_GATEWAY__LISTEN: "127.0.0.1:0" };
  findDoorFree({ ...planned(address), env }, {});
  other.stop(true);
});

test("a file that does not read is left to whoever tells its mistakes", () => {
  const plan = planned("127.0.0.1:0");
  writeFileSync(plan.config, "gateway: [");
  findDoorFree(plan, {});
});
