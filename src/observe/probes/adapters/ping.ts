import type { Machine } from "#kernel";

/** Asks a host for an echo (ICMP): after how many milliseconds it came, or in words why it did not. */
export type Ping = (host: string, until: AbortSignal) => Promise<number | string>;

const words: readonly [of: RegExp, says: string][] = [
  [/not installed/, "the program ping is not installed on Castor's machine"],
  [/took too long|failed \(1\)/, "no answer to a ping"],
  [/permitted/, "Castor's machine does not let it ping"],
  [/unreachable/i, "there is no way to it"],
  [/not known|unknown|resol/i, "its name leads to no address"],
];

/** By the machine's own program: raw sockets are the system's to give. */
export const pingWith =
  (run: Machine["run"]): Ping =>
  async (host, signal) => {
    try {
      const said = await run(["ping", "-n", "-c", "1", "--", host], { signal });
      const [, ms] = /time[=<]([\d.]+) ?ms/.exec(said) ?? [];
      return ms === undefined ? "no answer to a ping" : Number(ms);
    } catch (why) {
      const { message } = why as Error;
      return words.find(([of]) => of.test(message))?.[1] ?? "it cannot be pinged";
    }
  };
