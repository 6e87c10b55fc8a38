import { door } from "./session.tsx";

/** Can this browser, at this address, work with passkeys? */
export const passkeysWork = (): boolean =>
  "PublicKeyCredential" in window &&
  "parseCreationOptionsFromJSON" in PublicKeyCredential &&
  isSecureContext;

const asJson = (credential: Credential | null): unknown => {
  if (credential instanceof PublicKeyCredential) return credential.toJSON();
  throw new Error("The browser gave no passkey.");
};

/** Asks the browser for a passkey of this place and signs in with it. */
export async function signInWithPasskey(): Promise<void> {
  const options = await door<PublicKeyCredentialRequestOptionsJSON>(
    "passkey/generate-authenticate-options",
  );
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const response = asJson(await navigator.credentials.get({ publicKey }));
  await door("passkey/verify-authentication", { response });
}

/** Makes a passkey in this device or key and adds it to the account. */
export async function addPasskey(name: string): Promise<void> {
  const options = await door<PublicKeyCredentialCreationOptionsJSON>(
    "passkey/generate-register-options",
  );
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const response = asJson(await navigator.credentials.create({ publicKey }));
  await door("passkey/verify-registration", { response, name });
}

/** People close the browser's question; that is no error to show. */
export const wasCancelled = (error: unknown): boolean =>
  error instanceof DOMException &&
  (error.name === "NotAllowedError" || error.name === "AbortError");
