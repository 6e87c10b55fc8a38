import { type Effects, fetchPublic, isPublicAddress } from "#kernel";
import * as z from "zod";

export const Config = z
  .object({
    privateAddresses: z
      .boolean()
      .default(false)
      .describe(
        "May collections and links lead to this machine and its networks, such as a wiki inside? Otherwise only the public network is asked.",
      ),
  })
  .strict();
export type Config = z.infer<typeof Config>;

/** Asks an address that somebody gave or that stood in a collection: of the public network, unless configured otherwise. */
export const reached = async (
  { net, config }: Pick<Effects<Config>, "net" | "config">,
  url: string,
  { method = "GET", msMax }: { method?: "GET" | "HEAD"; msMax: number },
): Promise<Response> =>
  await fetchPublic(net, url, {
    ...{ method, signal: AbortSignal.timeout(msMax) },
    isAllowed: (address) => config.privateAddresses || isPublicAddress(address),
  });

const reasonCharsMax = 200;
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, reasonCharsMax);
