import { createHmac } from "node:crypto";
import { expect } from "bun:test";
import { password, type Visitor } from "./doorstep.testing.ts";

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** What an authenticator app shows for an otpauth URI (RFC 6238), `steps` half minutes from now. */
export function codeOf(uri: string, steps = 0): string {
  const secret = new URL(uri).searchParams.get("secret") ?? "";
  const bits = [...secret].map((c) => base32.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac("sha1", key).update(counter).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

type Enrolled = { uri: string; code: string; backupCodes: string[] };

/** Sets TOTP up as a person would: scans, types the first code. */
export async function enrolTotp(visitor: Visitor): Promise<Enrolled> {
  const enabled = await visitor.post("/api/auth/two-factor/enable", { password });
  const { totpURI, backupCodes } = (await enabled.json()) as {
    totpURI: string;
    backupCodes: string[];
  };
  const code = codeOf(totpURI);
  const verified = await visitor.post("/api/auth/two-factor/verify-totp", { code });
  expect(verified.status).toBe(200);
  return { uri: totpURI, code, backupCodes };
}
