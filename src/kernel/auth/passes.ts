import * as z from "zod";
import { GivenName, type Problem } from "../contract.ts";
import type { SignInVia } from "./auth.ts";
import { passwordLengthMax, passwordLengthMin } from "./better-auth.ts";
import {
  codeRefused,
  notPossible,
  passkeyRefused,
  passwordRefused,
  signInRefused,
} from "./problems.ts";

/** What of the sign-in library is open to the world; whatever is not in this table does not exist. */
export type Pass = {
  method: "GET" | "POST";
  path: string;
  /** Who may knock: anyone, the holder of a session, or (for codes) also whoever just gave the right password. */
  who: "anyone" | "session" | "challenged";
  body: z.ZodType<Record<string, unknown>>;
  /** What is limited: guesses of this kind count, right ones are given back. */
  guards?: "password" | "code" | "passkey";
  refusal: Problem;
  /** What happened when it went well. */
  fact?: PassFact | ((at: { session: boolean; totp: boolean; said: Said }) => PassFact | undefined);
  /** The fields of the library's answer that go out; "all" of it where nothing in it is secret. */
  reveals: "all" | readonly string[];
};

export type PassFact =
  | { what: "signed-in"; via: SignInVia }
  | { what: "second-factor-enabled" | "second-factor-disabled"; kind: "totp" | "passkey" }
  | { what: "signed-out" | "password-changed" };
export type Said = Readonly<Record<string, unknown>>;

const nothing = z.object({});
const Code = z.object({ code: z.string().trim().min(1).max(32) });
const Password = z.object({ password: z.string().min(1).max(passwordLengthMax) });
/** A password that may be chosen. Long beats strange: no rules about which characters. */
export const NewPassword = z
  .string()
  .min(passwordLengthMin, `Choose at least ${passwordLengthMin} characters`)
  .max(passwordLengthMax);
export const Email = z.email("Write an e-mail address").trim().toLowerCase().max(254);
export const SignIn = z.object({
  email: z.string().max(254),
  password: z.string().min(1).max(passwordLengthMax),
});

const get = (path: string, who: Pass["who"]): Pass => ({
  method: "GET",
  path,
  who,
  body: nothing,
  refusal: passkeyRefused,
  reveals: "all",
});
const post = (
  path: string,
  who: Pass["who"],
  of: Pick<Pass, "body" | "refusal"> & Partial<Pass>,
): Pass => ({ method: "POST", path, who, reveals: [], ...of });

const list: readonly Pass[] = [
  post("/sign-in/email", "anyone", {
    body: SignIn,
    guards: "password",
    refusal: signInRefused,
    reveals: ["twoFactorRedirect", "twoFactorMethods"],
    fact: ({ said }) =>
      said["twoFactorRedirect"] ? undefined : { what: "signed-in", via: "password" },
  }),
  post("/sign-out", "anyone", {
    body: nothing,
    refusal: notPossible,
    fact: { what: "signed-out" },
  }),
  post("/change-password", "session", {
    body: z
      .object({
        currentPassword: z.string().min(1).max(passwordLengthMax),
        newPassword: NewPassword,
      })
      .transform((body) => ({ ...body, revokeOtherSessions: true })),
    guards: "password",
    refusal: passwordRefused,
    fact: { what: "password-changed" },
  }),
  post("/two-factor/enable", "session", {
    body: Password,
    guards: "password",
    refusal: passwordRefused,
    reveals: ["totpURI", "backupCodes"],
  }),
  post("/two-factor/disable", "session", {
    body: Password,
    guards: "password",
    refusal: passwordRefused,
    fact: { what: "second-factor-disabled", kind: "totp" },
  }),
  post("/two-factor/generate-backup-codes", "session", {
    body: Password,
    guards: "password",
    refusal: passwordRefused,
    reveals: ["backupCodes"],
  }),
  post("/two-factor/verify-totp", "challenged", {
    body: Code,
    guards: "code",
    refusal: codeRefused,
    fact: ({ session, totp }) => {
      if (!session) return { what: "signed-in", via: "totp" };
      return totp ? undefined : { what: "second-factor-enabled", kind: "totp" };
    },
  }),
  post("/two-factor/verify-backup-code", "challenged", {
    body: Code,
    guards: "code",
    refusal: codeRefused,
    fact: ({ session }) => (session ? undefined : { what: "signed-in", via: "backup-code" }),
  }),
  get("/passkey/generate-register-options", "session"),
  get("/passkey/generate-authenticate-options", "anyone"),
  get("/passkey/list-user-passkeys", "session"),
  post("/passkey/verify-registration", "session", {
    body: z.object({ response: z.looseObject({}), name: GivenName.optional() }),
    refusal: passkeyRefused,
    reveals: ["id", "name"],
    fact: { what: "second-factor-enabled", kind: "passkey" },
  }),
  post("/passkey/verify-authentication", "anyone", {
    body: z.object({ response: z.looseObject({ id: z.string().max(2048) }) }),
    guards: "passkey",
    refusal: passkeyRefused,
    fact: { what: "signed-in", via: "passkey" },
  }),
  post("/passkey/delete-passkey", "session", {
    body: z.object({ id: z.string().max(128) }),
    refusal: passkeyRefused,
    fact: { what: "second-factor-disabled", kind: "passkey" },
  }),
  post("/passkey/update-passkey", "session", {
    body: z.object({ id: z.string().max(128), name: GivenName }),
    refusal: passkeyRefused,
  }),
];

export const passes: ReadonlyMap<string, Pass> = new Map(
  list.map((pass) => [`${pass.method} ${pass.path}`, pass]),
);
