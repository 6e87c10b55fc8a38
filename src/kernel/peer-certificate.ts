import type { PeerCertificate as Shown } from "node:tls";
import type { Millis } from "./contract.ts";

/** What somebody shows to prove who they are (X.509). */
export type PeerCertificate = { names: string[]; issuer: string; from: Millis; until: Millis };

const namesMax = 100;

export function peerCertificate(shown: Shown): PeerCertificate {
  const { subjectaltname = "", subject, issuer, valid_from: from, valid_to: until } = shown;
  const names = [...subjectaltname.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(
    ([, name = ""]) => name,
  );
  const own = first(subject.CN);
  return {
    names: (names.length > 0 || own === "" ? names : [own]).slice(0, namesMax),
    issuer: first(issuer.O) || first(issuer.CN),
    from: Date.parse(from),
    until: Date.parse(until),
  };
}
const first = (part: string | string[] | undefined): string =>
  (Array.isArray(part) ? part[0] : part) ?? "";

/** Why a certificate does not hold for a name, by the code of the TLS library; undefined for what is no matter of trust. */
export function distrustOf(code: string): string | undefined {
  if (/EXPIRED/.test(code)) return "its certificate has ended";
  if (/NOT_YET_VALID/.test(code)) return "its certificate has not begun";
  if (/ALTNAME_INVALID/.test(code)) return "its certificate is for other names";
  if (/SELF_SIGNED/.test(code)) return "its certificate is signed by nobody who is trusted";
  if (/UNABLE_TO|CERT_UNTRUSTED|INVALID_CA|CERT_REJECTED|CERT_SIGNATURE/.test(code))
    return "its certificate is signed by nobody who is trusted";
  return undefined;
}

/** Loaded with the first certificate that is looked at, not with Castor. */
const tls = (): typeof import("node:tls") => require("node:tls") as typeof import("node:tls");

/**
 * For `net.fetch`: trusts this authority (PEM) instead of the machine's, where one is given, and tells which certificate was
 * shown. One that does not hold is refused as ever, before it is told.
 */
export const seeingCertificate = (of: {
  trust?: string | undefined;
  seen(certificate: PeerCertificate): void;
}): RequestInit =>
  ({
    tls: {
      ...(of.trust === undefined ? {} : { ca: of.trust }),
      checkServerIdentity: (host: string, shown: Shown) => {
        of.seen(peerCertificate(shown));
        return tls().checkServerIdentity(host, shown);
      },
    },
  }) as RequestInit;
