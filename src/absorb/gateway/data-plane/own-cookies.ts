import { latin1 } from "./bytes.ts";

const own = "castor.";
const ownBytes = latin1(own);

/** Whether a Cookie field may hold cookies of Castor's console; looked at before anything is taken apart. */
export const mayHoldOwnCookies = (bytes: Buffer, from: number, to: number): boolean =>
  bytes.subarray(from, to).includes(ownBytes);

/**
 * Cookies know no ports: a browser that is signed in to the console sends its session to a site on the same host, too.
 * No instance must ever see it.
 */
export const withoutOwnCookies = (value: string): string =>
  value
    .split(";")
    .filter((each) => !each.trimStart().startsWith(own))
    .join(";")
    .trimStart();
