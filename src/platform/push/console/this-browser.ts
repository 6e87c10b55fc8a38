import { deviceName, ProblemError, send } from "#console";

/** Why this browser cannot be told things, in the reader's words; undefined where it can. */
export function hindrance(): string | undefined {
  const isApple = /iPhone|iPad/.test(navigator.userAgent);
  if (!window.isSecureContext)
    return "Browsers allow this only over https. Open Castor by its https address, and come back here.";
  if (isApple && !("PushManager" in window))
    return "On an iPhone or iPad, add Castor to the home screen first: Share, “Add to Home Screen”. Then open it from there and come back here.";
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window))
    return "This browser has no notifications from the web.";
  if (Notification.permission === "denied")
    return "Notifications from Castor are blocked in this browser. Allow them in its settings for this site, then load the page again.";
  return undefined;
}

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** Tells Castor of this browser's subscription; told again it stays the same device. */
async function tell(of: PushSubscription): Promise<string> {
  const about = { name: deviceName(navigator.userAgent), subscription: of.toJSON() };
  return (await send<{ device: string }>("push.add-device", about)).device;
}

/** Which device this browser is, where it is one already. */
export async function thisDevice(): Promise<string | undefined> {
  if (hindrance() !== undefined || Notification.permission !== "granted") return undefined;
  const known = await subscription();
  return known === null ? undefined : await tell(known);
}

const notSubscribed = (error: unknown): never => {
  throw new ProblemError({
    ...{ status: 0, type: "console", title: "This browser did not subscribe", fields: [] },
    detail: error instanceof Error ? error.message : String(error),
    help: "A private window cannot be told things, and a browser has to reach the push service of its maker. Try it in a normal window.",
  });
};

/** Asks the person, subscribes, and tells Castor. */
export async function turnOn(): Promise<string> {
  if ((await Notification.requestPermission()) !== "granted")
    throw new Error("The browser was not allowed to show notifications, so nothing was turned on.");
  const { publicKey } = await send<{ publicKey: string }>("push.prepare");
  await navigator.serviceWorker.register("/service-worker.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  const before = await pushManager.getSubscription();
  const made =
    before ??
    (await pushManager
      .subscribe({ userVisibleOnly: true, applicationServerKey: publicKey })
      .catch(notSubscribed));
  return await tell(made);
}

/** This browser asks to be told nothing any more, whoever signs in here next. */
export async function turnOff(): Promise<void> {
  await (await subscription())?.unsubscribe();
}
