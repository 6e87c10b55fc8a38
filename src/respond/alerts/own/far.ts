import { isPublicAddress } from "#kernel";

const isAddress = (host: string): boolean => /^[\d.]+$|:/.test(host);
/** What Castor reaches over its uplink: names may lead anywhere. */
export const isFar = (host: string): boolean =>
  isAddress(host) ? isPublicAddress(host) : host.toLowerCase() !== "localhost";

/** The label `via` of what is said of somebody far away: while Castor is cut off, it cannot see that. */
export const overUplink = "uplink";
