import { init } from "@sentry/browser";
import { cartTotal } from "./cart.ts";

declare const dsn: string;
declare const release: string;

init({ dsn, release, environment: "production" });
class Basket {
  pay(): number {
    return cartTotal([{ sku: "A" }]);
  }
}
document.querySelector("button")?.addEventListener("click", () => {
  console.log(new Basket().pay());
});
