import { afterEach, beforeEach, describe } from "bun:test";
import { appending } from "./conformance-append.ts";
import { Bench, type LogWorld } from "./conformance-bench.ts";
import { followingAndProving } from "./conformance-follow.ts";
import { reading } from "./conformance-read.ts";

/** The promises of the log port; every engine keeps all of them. */
export function logConformance(name: string, newWorld: () => LogWorld): void {
  describe(`log: ${name}`, () => {
    let bench: Bench;
    beforeEach(() => {
      bench = new Bench(newWorld());
    });
    afterEach(async () => {
      await bench.log.close();
      bench.world.clean();
    });
    const here = (): Bench => bench;
    describe("append", () => appending(here));
    describe("read", () => reading(here));
    describe("follow and prove", () => followingAndProving(here));
  });
}
