import { type Effects, webhookHeaders } from "#kernel";
import { send } from "../../../platform/mail/contract.ts";
import type { Config } from "../config.ts";
import type { Words } from "../contract.ts";
import { askHook } from "./ask-hook.ts";

/**
 * The `test` audience: those who stand in the configuration. Nothing here knows of subscribers or of their store, so that no
 * mistake in a post can lead from a test to everybody.
 */
export async function tellTesters(
  fx: Effects<Config>,
  of: { post: string; title: Words; text: Words },
): Promise<void> {
  const { emails, webhooks } = fx.config.testers;
  const first = (words: Words): string => Object.values(words)[0] ?? "";
  const title = first(of.title).replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ");
  for (const [at, to] of emails.entries()) {
    const refusal = await fx.order(send, {
      ...{ id: `status-page-test/${of.post}/${at}`, to, purpose: "status-page.test" },
      subject: `[Test] ${title}`.slice(0, 200),
      text: `${first(of.text) || title}\n\nThis is a test: it went to the testers of ${fx.config.title} alone.`,
    });
    if (refusal) fx.note(`A test could not be sent: ${refusal.detail}`);
  }
  for (const { url, secret } of webhooks) {
    const body = JSON.stringify({ type: "status-page.test", data: of });
    const headers = webhookHeaders(body, { id: of.post, at: fx.now, secret });
    await askHook(fx, url, { body, headers }, { isOurs: true });
  }
}
