import { type Effects, every, type Reaction } from "#kernel";
import { targets } from "../../run/catalog/contract.ts";
import type { Cellar, SealedForm } from "./cellar/contract.ts";
import type { Config, SiteConfig } from "./config.ts";
import { formKeyMade, type KeptForm, replayed, replays } from "./contract.ts";
import { present } from "./present.ts";

const lookMs = 1_000;
const answerWithinMs = 60_000;
/** How long the origin is left alone when it does not take a form. */
const pauseMs = 5_000;
const triesMax = 3;
/** One that breaks the connection each time must not keep all others waiting for ever. */
const brokenTriesMax = 10;
/** What was sent stays on the list so long, without what it said. */
const listedMs = 30 * 24 * 3_600_000;
/** Answers that say "not now" rather than "no". */
const notNow = new Set([408, 425, 429]);

type Fx = Effects<Config>;
type Waiting = KeptForm & { sealed: Uint8Array };
type Outcome = "sent" | "failed" | "later";

/** Sends what was kept of one service, oldest first, one at a time; ends when nothing waits or it is frozen again. */
async function replay(service: string, config: SiteConfig, fx: Fx): Promise<void> {
  const { forms } = fx.equipment<Cellar>("freeze");
  const sums = { sent: 0, again: 0, failed: 0 };
  for (;;) {
    const form = forms.next(service);
    const isFrozen = fx.view(present).frozen[service] !== undefined;
    if (form === undefined || isFrozen || fx.signal.aborted) break;
    const outcome = await sendOne(form, fx);
    if (outcome === "later") {
      await fx.sleep(pauseMs);
      continue;
    }
    sums[outcome]++;
    fx.count(replays, { service, how: outcome });
    // Found on its way, it was sent by a Castor that died before it heard the answer.
    if (form.state === "sending") {
      sums.again++;
      fx.count(replays, { service, how: "again" });
    }
    await fx.sleep(1_000 / config.formsPerSecond);
  }
  forms.forgetBefore(fx.now - listedMs);
  if (sums.sent + sums.failed > 0) await fx.record("forms", [replayed({ service, ...sums })]);
}

/** Recorded before it goes and after it came: a form is sent at least once, and twice only when nobody knows. */
async function sendOne(form: Waiting, fx: Fx): Promise<Outcome> {
  const { forms } = fx.equipment<Cellar>("freeze");
  const found = (await fx.ask(targets, {})).find((each) => each.service === form.service);
  const instance = found?.instances.find(({ healthy, running }) => healthy && running);
  if (instance === undefined) return "later";
  const clear = opened(form, fx);
  const settle = (state: KeptForm["state"], status: number | null): void =>
    forms.mark(form.receipt, { state, status, at: fx.now });
  if (clear === undefined) {
    settle("failed", null);
    return "failed";
  }
  settle("sending", null);
  try {
    const response = await fx.net.fetch(
      `http://${instance.host}:${instance.port}${clear.target}`,
      requestOf(clear, form.receipt, fx.signal),
    );
    await response.body?.cancel();
    const outcome = outcomeOf(response.status, form.tries + 1);
    settle(outcome === "later" ? "waiting" : outcome, response.status);
    return outcome;
  } catch (error) {
    if (fx.signal.aborted) return "later";
    // A refused connection never carried anything; whatever else broke may have.
    if (String(error).includes("ConnectionRefused")) settle("waiting", null);
    else if (form.tries + 1 >= brokenTriesMax) {
      settle("failed", null);
      return "failed";
    }
    return "later";
  }
}

function outcomeOf(status: number, tries: number): Outcome {
  if (status < 400) return "sent";
  const isNo = status < 500 && !notNow.has(status);
  return isNo || tries >= triesMax ? "failed" : "later";
}

function requestOf(form: SealedForm, receipt: string, signal: AbortSignal): RequestInit {
  const headers = new Headers(form.fields);
  headers.set("host", form.host);
  headers.set("x-forwarded-for", form.address);
  headers.set("x-forwarded-host", form.host);
  headers.set("x-forwarded-proto", form.proto);
  if (!headers.has("idempotency-key")) headers.set("idempotency-key", receipt);
  const body = Buffer.from(form.body, "base64");
  return {
    method: form.method,
    headers,
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    ...(body.length > 0 ? { body } : {}),
  };
}

/** undefined when its key was erased, or it is not what it was. */
function opened(form: Waiting, fx: Fx): SealedForm | undefined {
  const [made] = fx.log.read("freeze/form-key", { backwards: true, limit: 1 });
  if (made?.event.type !== formKeyMade.type) return undefined;
  const { secret } = made.event.data as { secret: string };
  try {
    const key = Buffer.from(secret, "base64url");
    const clear = fx.equipment<Cellar>("freeze").unseal(key, form.sealed, form.receipt);
    return JSON.parse(Buffer.from(clear).toString("utf8")) as SealedForm;
  } catch {
    return undefined;
  }
}

export const replaying: Reaction = every("freeze.replay", lookMs, async (fx: Fx) => {
  await Promise.all(
    Object.entries(fx.config.sites).map(([service, config]) => replay(service, config, fx)),
  );
});
