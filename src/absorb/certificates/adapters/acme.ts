import type { Net } from "#kernel";
import type { Client } from "acme-client";
import { type Account, type Issuer, NotIssued } from "../issuer.ts";

const answerWithinMs = 30_000;
const pollMsMin = 1_000;
const pollMsMax = 10_000;
const pollsMax = 30;

type Asked = { data?: unknown; headers?: Record<string, string> };
type Answered = { status: number; headers: Record<string, string>; data: unknown; config: object };
/** The one place where acme-client meets the network; its types keep it to themselves. */
type WithHttp = { http: { request(url: string, method: string, of?: Asked): Promise<Answered> } };

/** Loaded once it is needed: most Castors never do. */
const library = (): Promise<typeof import("acme-client")> => import("acme-client");

/** RFC 8555 by acme-client, over Castor's own network port and without its waiting for rate limits to end. */
async function clientOf(account: Account, net: Net): Promise<{ client: Client; noted: Noted }> {
  const { Client: AcmeClient } = await library();
  const client = new AcmeClient({
    directoryUrl: account.directory,
    accountKey: account.key,
    ...(account.url === undefined ? {} : { accountUrl: account.url }),
    backoffAttempts: pollsMax,
    backoffMin: pollMsMin,
    backoffMax: pollMsMax,
  });
  const noted: Noted = { retryAfter: undefined, isRateLimited: false };
  const { http } = client as unknown as WithHttp;
  http.request = async (url, method, { data, headers } = {}) => {
    const answer = await net.fetch(url, {
      method: method.toUpperCase(),
      headers: { ...headers, "Content-Type": "application/jose+json", "User-Agent": "castor" },
      ...(data === undefined ? {} : { body: JSON.stringify(data) }),
      ...(account.trust === undefined ? {} : { tls: { ca: account.trust } }),
      signal: AbortSignal.timeout(answerWithinMs),
    } as RequestInit);
    if (answer.status === 429 || answer.status === 503) {
      noted.isRateLimited ||= answer.status === 429;
      noted.retryAfter = answer.headers.get("retry-after") ?? undefined;
    }
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.includes("json") === true;
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      data: isJson && text !== "" ? (JSON.parse(text) as unknown) : text,
      config: { url },
    };
  };
  return { client, noted };
}
type Noted = { retryAfter: string | undefined; isRateLimited: boolean };

/** Seconds or a date (RFC 9110 §10.2.3). */
function millisOf(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined;
  const until = seconds === undefined ? Date.parse(retryAfter) - now : seconds * 1_000;
  return Number.isFinite(until) && until > 0 ? until : undefined;
}

export const acmeIssuer = (now: () => number): Issuer => ({
  newKey: async () => (await newKey()).toString(),
  issue: async ({ account, names, net, show, onAccount }) => {
    const { client, noted } = await clientOf(account, net);
    try {
      if (account.url === undefined) onAccount(await openAccount(client, account));
      const [key, request] = await (
        await library()
      ).crypto.createCsr({ altNames: [...names] }, await newKey());
      const chain = await client.auto({
        csr: request,
        // The workers are asked themselves; this machine may not reach itself by its public name.
        skipChallengeVerification: true,
        challengePriority: ["http-01"],
        challengeCreateFn: async (_, { type, token }, text) => {
          if (type !== "http-01")
            throw new NotIssued(`the authority offers no http-01, only ${type}`);
          await show({ token, text });
        },
        challengeRemoveFn: async () => {},
      });
      return { chain, key: key.toString() };
    } catch (error) {
      if (error instanceof NotIssued) throw error;
      const why = error instanceof Error ? error.message : String(error);
      if (noAccount.test(why)) onAccount(undefined);
      const retryAfterMs = millisOf(noted.retryAfter, now());
      throw new NotIssued(why, {
        isRateLimited: noted.isRateLimited,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      });
    }
  },
  read: async (chain) => {
    const { crypto } = await library();
    const { domains, issuer, notBefore, notAfter } = crypto.readCertificateInfo(chain);
    return {
      names: domains.altNames.length > 0 ? domains.altNames : [domains.commonName],
      issuer: issuer.commonName,
      startsAt: notBefore.getTime(),
      expiresAt: notAfter.getTime(),
    };
  },
});
const noAccount =
  /account.{0,40}(does not exist|not found|no.{0,20}exist)|unable to find.{0,20}account/i;

/** Finds the account of this key, or opens one; gives its address. */
async function openAccount(client: Client, { email }: Account): Promise<string> {
  try {
    await client.createAccount({ onlyReturnExisting: true });
  } catch {
    await client.createAccount({
      termsOfServiceAgreed: true,
      ...(email === undefined ? {} : { contact: [`mailto:${email}`] }),
    });
  }
  return client.getAccountUrl();
}

const newKey = async (): Promise<Buffer> => (await library()).crypto.createPrivateEcdsaKey();
