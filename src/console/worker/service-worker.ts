import { deviceName } from "./device-name.ts";
import { acted, isNote, type Note, optionsOf, unreadable } from "./note.ts";
import type { ClickEvent, WorkerScope } from "./scope.ts";

const worker = globalThis as unknown as WorkerScope;

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

/** Nothing is sent but to where this worker came from, whatever a note says. */
const own = (url: string): string => {
  const { pathname, search } = new URL(url, worker.location.href);
  return pathname + search;
};

/** What a note carried is proof enough: at night nobody is signed in on a phone. */
const post = (path: string, body?: object): Promise<Response> =>
  fetch(path, {
    method: "POST",
    credentials: "omit",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const receipt = async ({ id, device, receipt: proof }: Note, what: string): Promise<void> => {
  // A receipt that is lost is an unknown, never a page that fails.
  await post("/in/push/receipt", { id, device, receipt: proof, what }).catch(() => undefined);
};

async function show(said: unknown): Promise<void> {
  const { registration } = worker;
  // A push that shows nothing costs a site its permission, so what cannot be read is shown as that.
  if (!isNote(said)) return await registration.showNotification(unreadable.title, unreadable);
  await registration.showNotification(said.title, optionsOf(said));
  await receipt(said, "shown");
  if (!said.isCanary) return;
  for (const each of await registration.getNotifications({ tag: optionsOf(said).tag }))
    each.close();
}

worker.addEventListener("push", (event) => event.waitUntil(show(readJson(event.data))));

function readJson(data: { json(): unknown } | null): unknown {
  try {
    return data?.json();
  } catch {
    return undefined;
  }
}

async function open(url: string): Promise<void> {
  const path = own(url);
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((each) => own(each.url) === path);
  await (there ? there.focus() : worker.clients.openWindow(path));
}

/** Does what a button says, and shows in its place that it is done, or that it is not. */
async function act(note: Note, place: number): Promise<void> {
  const action = note.actions[place];
  if (action === undefined) return;
  const answer = await post(own(action.url)).catch(() => undefined);
  const { title, options } = acted(note, action.title, answer?.status);
  await worker.registration.showNotification(title, options);
}

async function clicked({ action, notification }: ClickEvent): Promise<void> {
  const { data } = notification;
  notification.close();
  if (!isNote(data)) return await open("/");
  // The window first: a browser lets a tap open one for a moment only.
  await (action === "" ? open(data.url ?? "/") : act(data, Number(action)));
  await receipt(data, "tapped");
}

worker.addEventListener("notificationclick", (event) => event.waitUntil(clicked(event)));

/** A browser that renews its subscription stays told, as long as its owner is signed in. */
async function renewed(options: PushSubscriptionOptions | undefined): Promise<void> {
  const { pushManager } = worker.registration;
  const subscription =
    (await pushManager.getSubscription()) ??
    (await pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: options?.applicationServerKey ?? null,
    }));
  await fetch("/api/push.add-device", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      name: deviceName(worker.navigator.userAgent),
      subscription: subscription.toJSON(),
    }),
  });
}

worker.addEventListener("pushsubscriptionchange", (event) =>
  event.waitUntil(renewed(event.oldSubscription?.options ?? event.newSubscription?.options)),
);
