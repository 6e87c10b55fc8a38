import * as z from "zod";
import { type Problem } from "../contract.ts";
import { passwordLengthMax, passwordLengthMin } from "./library.ts";
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
  /** The fields of the library's answer that go out; "all" of it where nothing in it is secret. */
  reveals: "all" | readonly string[];
};

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
const PasskeyName = z.string().trim().min(1).max(80);

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
  }),
  post("/sign-out", "anyone", { body: nothing, refusal: notPossible }),
  post("/change-password", "session", {
    body: z
      .object({
        currentPassword: z.string().min(1).max(passwordLengthMax),
        newPassword: NewPassword,
      })
      .transform((body) => ({ ...body, revokeOtherSessions: true })),
    guards: "password",
    refusal: passwordRefused,
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
  }),
  post("/two-factor/verify-backup-code", "challenged", {
    body: Code,
    guards: "code",
    refusal: codeRefused,
  }),
  get("/passkey/generate-register-options", "session"),
  get("/passkey/generate-authenticate-options", "anyone"),
  get("/passkey/list-user-passkeys", "session"),
  post("/passkey/verify-registration", "session", {
    body: z.object({ response: z.looseObject({}), name: PasskeyName.optional() }),
    refusal: passkeyRefused,
    reveals: ["id", "name"],
  }),
  post("/passkey/verify-authentication", "anyone", {
    body: z.object({ response: z.looseObject({ id: z.string().max(2048) }) }),
    guards: "passkey",
    refusal: passkeyRefused,
  }),
  post("/passkey/delete-passkey", "session", {
    body: z.object({ id: z.string().max(128) }),
    refusal: passkeyRefused,
  }),
  post("/passkey/update-passkey", "session", {
    body: z.object({ id: z.string().max(128), name: PasskeyName }),
    refusal: passkeyRefused,
  }),
];

export const passes: ReadonlyMap<string, Pass> = new Map(
  list.map((pass) => [`${pass.method} ${pass.path}`, pass]),
);
