// What a service worker sees of the browser, as far as ours uses it: TypeScript's own words for it (lib.webworker) contradict those for pages.

type Extendable = { waitUntil(work: Promise<unknown>): void };
export type NotificationAction = { action: string; title: string };
export type NoteOptions = NotificationOptions & {
  actions?: NotificationAction[];
  renotify?: boolean;
  timestamp?: number;
};
export type ShownNote = { data: unknown; tag: string; close(): void };
export type PushEvent = Extendable & { data: { json(): unknown } | null };
export type ClickEvent = Extendable & { action: string; notification: ShownNote };
export type ChangeEvent = Extendable & {
  oldSubscription: PushSubscription | null;
  newSubscription: PushSubscription | null;
};
export type Client = { url: string; focus(): Promise<unknown> };

type Events = {
  install: Extendable;
  activate: Extendable;
  push: PushEvent;
  notificationclick: ClickEvent;
  pushsubscriptionchange: ChangeEvent;
};

export type WorkerScope = {
  registration: {
    pushManager: PushManager;
    showNotification(title: string, options: NoteOptions): Promise<void>;
    getNotifications(of: { tag: string }): Promise<ShownNote[]>;
  };
  clients: {
    claim(): Promise<void>;
    matchAll(of: { type: "window"; includeUncontrolled: boolean }): Promise<Client[]>;
    openWindow(url: string): Promise<unknown>;
  };
  location: Location;
  navigator: { userAgent: string };
  skipWaiting(): Promise<void>;
  addEventListener<E extends keyof Events>(type: E, hear: (event: Events[E]) => void): void;
};
