import type { Page, Worker } from "playwright-core";
import type { ClickEvent, WorkerScope } from "./scope.ts";

/** Registers the worker as the console does, and gives a way to hand it a push as a push service would. */
export async function installed(page: Page, origin: string) {
  const cdp = await page.context().newCDPSession(page);
  const known = Promise.withResolvers<string>();
  cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    if (registrations[0]) known.resolve(registrations[0].registrationId);
  });
  await cdp.send("ServiceWorker.enable");
  const appears = page.context().waitForEvent("serviceworker");
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("/service-worker.js");
    await navigator.serviceWorker.ready;
  });
  const [worker, registrationId] = [await appears, await known.promise];
  await worker.evaluate(() => {
    const scope = globalThis as unknown as WorkerScope & { shown: string[] };
    const show = scope.registration.showNotification.bind(scope.registration);
    scope.shown = [];
    scope.registration.showNotification = async (title, options) => {
      await show(title, options);
      scope.shown.push(title);
    };
  });
  return {
    worker,
    /** Waits until a note was shown, so many times. Looking at the notes themselves meanwhile makes Chromium lose the one that is on its way. */
    shown: (title: string, times = 1): Promise<true> =>
      until(async () => {
        const all = await worker.evaluate(
          () => (globalThis as unknown as { shown: string[] }).shown,
        );
        return all.filter((each) => each === title).length >= times ? true : undefined;
      }),
    hand: (data: string) =>
      cdp.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data }),
  };
}

type Seen = {
  title: string;
  body: string;
  tag: string;
  actions: string[];
  stays: boolean;
  silent: boolean | null;
};
export const notesIn = (page: Page): Promise<Seen[]> =>
  page.evaluate(async () => {
    const { registration } = { registration: await navigator.serviceWorker.ready };
    type Full = Notification & { actions: { title: string }[]; requireInteraction: boolean };
    return (await registration.getNotifications()).map((each) => {
      const { title, body, tag, actions, requireInteraction, silent } = each as Full;
      return {
        title,
        body,
        tag,
        actions: actions.map((one) => one.title),
        stays: requireInteraction,
        silent,
      };
    });
  });

export async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await Bun.sleep(20);
  }
}

/** A tap on a note or one of its buttons, as the browser tells the worker of it. */
export const tap = (worker: Worker, action: string): Promise<void> =>
  worker.evaluate(async (action) => {
    const { registration } = globalThis as unknown as WorkerScope;
    const [notification] = await registration.getNotifications({} as { tag: string });
    const Tap = (
      globalThis as unknown as {
        NotificationEvent: new (type: string, of: object) => Event & ClickEvent;
      }
    ).NotificationEvent;
    dispatchEvent(new Tap("notificationclick", { notification, action }));
  }, action);
