import { createDecipheriv, createECDH, createPublicKey, hkdfSync, verify } from "node:crypto";

const bodyBytesMax = 4_096;
const saltBytes = 16;
const keyBytes = 65;
const headBytes = saltBytes + 4 + 1 + keyBytes;

const bytes = (text: string): Buffer => Buffer.from(text, "base64url");
const hkdf = (salt: Buffer, secret: Buffer, info: Buffer, length: number): Buffer =>
  Buffer.from(hkdfSync("sha256", secret, salt, info, length));

export type Receiver = { privateKey: string; publicKey: string; auth: string };

/** What a browser does with a message (RFC 8291 §3.4, RFC 8188 §2), written from the RFC alone. */
export function decrypted(body: Buffer, to: Receiver): string {
  const salt = body.subarray(0, saltBytes);
  const sender = body.subarray(saltBytes + 5, headBytes);
  const receiver = createECDH("prime256v1");
  receiver.setPrivateKey(bytes(to.privateKey));
  const shared = receiver.computeSecret(sender);
  const about = Buffer.concat([Buffer.from("WebPush: info\0"), bytes(to.publicKey), sender]);
  const secret = hkdf(bytes(to.auth), shared, about, 32);
  const key = hkdf(salt, secret, Buffer.from("Content-Encoding: aes128gcm\0"), 16);
  const nonce = hkdf(salt, secret, Buffer.from("Content-Encoding: nonce\0"), 12);
  const decipher = createDecipheriv("aes-128-gcm", key, nonce);
  decipher.setAuthTag(body.subarray(-16));
  const plain = Buffer.concat([decipher.update(body.subarray(headBytes, -16)), decipher.final()]);
  return plain.subarray(0, plain.lastIndexOf(2)).toString();
}

/** Keys as a browser makes them when it subscribes. */
export function newReceiver(): Receiver {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  return {
    privateKey: pair.getPrivateKey("base64url"),
    publicKey: pair.getPublicKey("base64url"),
    auth: Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64url"),
  };
}

/** Why a push service says no to who sends (RFC 8292 §2 and §4). */
function wrongSender(authorization: string, origin: string): string | undefined {
  const [, token = "", key = ""] = /^vapid t=([^,]+), ?k=(.+)$/.exec(authorization) ?? [];
  const [head = "", claims = "", signature = ""] = token.split(".");
  if (signature === "") return "no VAPID";
  const point = bytes(key);
  const x = point.subarray(1, 33).toString("base64url");
  const y = point.subarray(33).toString("base64url");
  const jwk = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
  const signed = Buffer.from(`${head}.${claims}`);
  if (!verify("sha256", signed, { key: jwk, dsaEncoding: "ieee-p1363" }, bytes(signature)))
    return "the signature is wrong";
  const said = JSON.parse(bytes(claims).toString()) as { aud: string; exp: number; sub: string };
  const aheadSeconds = said.exp - Date.now() / 1_000;
  if (said.aud !== origin) return "not for this service";
  if (aheadSeconds <= 0 || aheadSeconds > 86_400) return "`exp` is out of range";
  return /^(mailto:|https:)/.test(said.sub) ? undefined : "nobody to ask";
}

export type Pushed = { path: string; headers: Headers; text: string; key: string };
export type PushService = AsyncDisposable & {
  url: string;
  pushed: Pushed[];
  /** Answers so from now on, whatever comes. */
  mood: { status: number; headers?: Record<string, string> } | "hangs" | "ok";
  subscribe(): { endpoint: string; keys: { p256dh: string; auth: string } };
};

/** A push service on loopback (RFC 8030) that refuses what real ones refuse, and reads messages as browsers do. */
export function pushService(): PushService {
  const receivers = new Map<string, Receiver>();
  const service: Pick<PushService, "pushed" | "mood"> = { pushed: [], mood: "ok" };
  const no = (status: number, why: string): Response => new Response(why, { status });
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname: path, origin } = new URL(request.url);
      const { headers } = request;
      const body = Buffer.from(await request.arrayBuffer());
      if (service.mood === "hangs") return await new Promise<Response>(() => undefined);
      if (service.mood !== "ok") return new Response("", service.mood);
      const to = receivers.get(path);
      if (to === undefined) return no(410, "gone");
      if (request.method !== "POST" || !/^\d+$/.test(headers.get("ttl") ?? ""))
        return no(400, "TTL");
      if (headers.get("content-encoding") !== "aes128gcm") return no(415, "encoding");
      if (body.length > bodyBytesMax) return no(413, "too large");
      if (!/^(very-low|low|normal|high)$/.test(headers.get("urgency") ?? "normal"))
        return no(400, "Urgency");
      if (!/^[\w-]{1,32}$/.test(headers.get("topic") ?? "x")) return no(400, "Topic");
      const authorization = headers.get("authorization") ?? "";
      const wrong = wrongSender(authorization, origin);
      if (wrong !== undefined) return no(403, wrong);
      const key = authorization.split("k=")[1] ?? "";
      service.pushed.push({ path, headers, text: decrypted(body, to), key });
      return new Response(null, { status: 201, headers: { location: `${origin}/message/1` } });
    },
  });
  const url = `http://127.0.0.1:${server.port}`;
  return Object.assign(service, {
    url,
    subscribe: () => {
      const receiver = newReceiver();
      const path = `/push/${receivers.size + 1}-${receiver.auth}`;
      receivers.set(path, receiver);
      return { endpoint: url + path, keys: { p256dh: receiver.publicKey, auth: receiver.auth } };
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  });
}
