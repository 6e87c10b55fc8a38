import type { FormBox } from "../../../freeze/cellar/contract.ts";
import { type FormsDo, type Site } from "../../../freeze/contract.ts";
import { type FrozenFile, keyOf } from "../../../freeze/kept/contract.ts";
import { textOf } from "../bytes.ts";
import { fieldsOf } from "../cache/asked.ts";
import { first } from "../cache/fields.ts";
import { send } from "../cache/sending.ts";
import type { Stored } from "../cache/stored.ts";
import type { Exchange } from "../exchange.ts";
import type { Sum, Tallies } from "../tallies.ts";
import { keepForm } from "./form-keeping.ts";
import type { Library } from "./library.ts";
import { notice, type NoticeName } from "./notices.ts";
import { acceptEncoding, Hosts } from "./reading-head.ts";

/** What a frozen service needs besides its own description. */
export type Means = {
  tallies: Tallies;
  box(): FormBox | undefined;
  formKey(): string | undefined;
  now(): number;
};

const hows = ["page", "file", "cached", "not-kept", "queued", "refused", "passed"] as const;
type How = (typeof hows)[number];

/** A service whose visitors get the copy: the origin is not asked, unless a rule lets a path through. */
export class FrozenSite {
  readonly site: Site;
  readonly #library: Library | undefined;
  readonly #means: Means;
  readonly #counts: Readonly<Record<How, Sum>>;

  constructor(site: Site, library: Library | undefined, means: Means) {
    this.site = site;
    this.#library = library;
    this.#means = means;
    const of = (how: How): Sum => means.tallies.frozen(site.service, how);
    this.#counts = Object.fromEntries(hows.map((how) => [how, of(how)])) as Record<How, Sum>;
  }

  /** True unless the request is for the origin after all. */
  takes(exchange: Exchange): boolean {
    const { head, bytes } = exchange;
    const target = textOf(bytes, head.pathStart, head.targetEnd);
    const isRead = (head.method === "GET" || head.method === "HEAD") && !head.hasBody;
    const rule = this.#ruleFor(target);
    if (rule === "pass" || (!isRead && rule === undefined && this.site.formsOtherwise === "pass")) {
      this.#counts.passed.add();
      return false;
    }
    if (!isRead || head.wantsUpgrade) this.#form(exchange, rule ?? this.site.formsOtherwise);
    else this.#page(exchange, target);
    return true;
  }

  #ruleFor(target: string): FormsDo | undefined {
    const [path = ""] = target.split("?", 1);
    return this.site.forms.find(
      ({ pathPrefix }) =>
        path.startsWith(pathPrefix) &&
        (path.length === pathPrefix.length ||
          pathPrefix.endsWith("/") ||
          path[pathPrefix.length] === "/"),
    )?.do;
  }

  #page(exchange: Exchange, target: string): void {
    const { head, bytes } = exchange;
    const host = hosts.of(head, bytes);
    const key = keyOf({ host, target }, this.site);
    const file = key === undefined ? undefined : this.#library?.find(key);
    if (file === undefined) return this.#notKept(exchange);
    const takesGzip = acceptsGzip(acceptEncoding.of(head, bytes));
    const now = this.#means.now();
    const ready = this.#library?.ready(file, now, takesGzip);
    if (ready !== undefined) return this.#answer(exchange, file, ready);
    void this.#library?.load(file, now, takesGzip).then((stored) => {
      if (exchange.client.exchange !== exchange) return; // They left meanwhile.
      if (stored === undefined) this.#notKept(exchange);
      else this.#answer(exchange, file, stored);
    });
  }

  #answer(exchange: Exchange, file: FrozenFile, stored: Stored): void {
    const now = this.#means.now();
    this.#counts[file.kind === "page" ? "page" : "file"].add();
    const { reason } = this.site.frozen ?? {};
    const sending = { how: "hit", reason: "freeze.page", detail: reason } as const;
    exchange.closesAfter = send(exchange, stored, now, sending);
    exchange.hasAnswered = true;
    exchange.finished(false);
  }

  /** What the snapshot lacks may still be in the cache, however old; else a page says where to go. */
  #notKept(exchange: Exchange): void {
    if (exchange.plane.cache?.answersAtAnyAge(exchange, "freeze.cached") === true) {
      this.#counts.cached.add();
      return;
    }
    this.#counts["not-kept"].add();
    this.#say(exchange, "notKept");
  }

  #form(exchange: Exchange, rule: FormsDo): void {
    if (rule !== "queue" || exchange.head.wantsUpgrade) {
      this.#counts.refused.add();
      return this.#say(exchange, "refused");
    }
    exchange.onBody = () => this.#keep(exchange);
    this.#keep(exchange);
  }

  /** Called for each part of the body that comes. */
  #keep(exchange: Exchange): void {
    const { body, head } = exchange;
    if (head.contentLength > this.site.formBytesMax || body.keptBytes > this.site.formBytesMax) {
      this.#counts.refused.add();
      return this.#say(exchange, "tooLarge");
    }
    if (!body.isWhole) return;
    const receipt = this.#keptAs(exchange);
    this.#counts[receipt === undefined ? "refused" : "queued"].add();
    this.#say(exchange, receipt === undefined ? "full" : "queued", receipt);
  }

  #keptAs(exchange: Exchange): string | undefined {
    const [box, formKey] = [this.#means.box(), this.#means.formKey()];
    if (box === undefined || formKey === undefined) return undefined;
    try {
      return keepForm(exchange, { site: this.site, box, formKey, now: this.#means.now() });
    } catch (error) {
      process.stderr.write(`gateway: a form could not be kept: ${String(error)}\n`);
      return undefined;
    }
  }

  #say(exchange: Exchange, name: NoticeName, receipt?: string): void {
    exchange.onBody = undefined;
    const fields = fieldsOf(exchange.head, exchange.bytes);
    exchange.refuse(
      notice(name, {
        banner: this.site.banner,
        acceptLanguage: first(fields, "accept-language"),
        shown: this.#library?.shownFor(hosts.of(exchange.head, exchange.bytes)) ?? [],
        ...(receipt === undefined ? {} : { receipt }),
      }),
    );
  }
}

const hosts = new Hosts();

/** RFC 9110 §12.5.3, as far as one coding needs it. */
const acceptsGzip = (accepts: string | undefined): boolean =>
  accepts !== undefined &&
  /(^|,)\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*(,|$))[\d.]+\s*)?(,|$)/i.test(accepts);
