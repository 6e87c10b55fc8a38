import { afterEach } from "bun:test";
import type { GatewaySnapshotInput } from "../snapshot.ts";
import { answering, Backend, ok, type World, world } from "../world.testing.ts";
import { type Fields, getting } from "./dialogue.testing.ts";

const cleanUps: (() => void)[] = [];
/** Call it once in a test file: every gateway goes with its test. */
export function cleaningUp(): void {
  afterEach(() => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) cleanUp();
  });
}

/** A gateway that takes HTTP/2 without TLS, so that a test can say each frame itself. */
export function gateway(
  onData: ConstructorParameters<typeof Backend>[0] = answering(ok("here")),
  over: Partial<GatewaySnapshotInput> = {},
): World & { backend: Backend } {
  const backend = new Backend(onData);
  const made = world([backend], { snapshot: { http2: { plain: true }, ...over } });
  cleanUps.push(
    () => backend.stop(),
    () => made[Symbol.dispose](),
  );
  return Object.assign(made, { backend });
}

/** An instance that never answers. */
export const silent = (): void => {};
export const at = (path: string): Fields =>
  getting.map(([name, value]) => [name, name === ":path" ? path : value]);
