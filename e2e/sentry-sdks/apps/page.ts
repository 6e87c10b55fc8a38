import * as Sentry from "@sentry/browser";

declare const dsn: string;
declare const tunnel: string | undefined;

Sentry.init({ dsn, ...(tunnel === undefined ? {} : { tunnel }), release: "web@2" });

function totalOf(cart: { lines?: { cents: number }[] }): number {
  return (cart.lines as { cents: number }[]).reduce((sum, each) => sum + each.cents, 0);
}
document.querySelector("button")?.addEventListener("click", () => totalOf({}));
