import * as z from "zod";
import { GivenName } from "../contract.ts";
import type { DoorParts, Knock } from "./knock.ts";
import { hashPassword } from "./better-auth.ts";
import { charge, refund, waitMsOf } from "./limits.ts";
import type { Link } from "./link-store.ts";
import { Email, NewPassword } from "./passes.ts";
import type { Joined } from "./people-store.ts";
import {
  emailTaken,
  linkRefused,
  refusalResponse,
  tooManyResponse,
  unavailable,
  wrongInput,
} from "./problems.ts";
import { jsonResponse, readBody } from "./wire.ts";

const Check = z.object({ link: z.string().min(1).max(128) });
const Accept = z.object({
  link: z.string().min(1).max(128),
  name: GivenName.optional(),
  email: Email.optional(),
  password: NewPassword,
});
type Accept = z.infer<typeof Accept>;

/** The way in by a single-use link: the first account, an invitation, or a new password. */
export class Entrance {
  readonly #parts: DoorParts;

  constructor(parts: DoorParts) {
    this.#parts = parts;
  }

  /** `POST /api/auth/link/check`: what a link is good for, without using it up. */
  async check(knock: Knock): Promise<Response> {
    const body = await readBody(knock.request, Check);
    if (body instanceof Response) return body;
    const link = await this.#find(body.link, knock);
    if (link instanceof Response) return link;
    const { kind, role, email, expiresAt } = link;
    return jsonResponse({ kind, role, expiresAt, ...(email === null ? {} : { email }) });
  }

  /** `POST /api/auth/link/accept`: makes the account or sets the password, and signs in. */
  async accept(knock: Knock): Promise<Response> {
    const body = await readBody(knock.request, Accept);
    if (body instanceof Response) return body;
    const link = await this.#find(body.link, knock);
    if (link instanceof Response) return link;
    const joined = await this.#use(link, body);
    if (joined instanceof Response) return joined;
    if (joined === "email-taken") return refusalResponse(emailTaken());
    if (joined === "link-refused") return refusalResponse(linkRefused());
    const { facts } = this.#parts;
    const { person, email, role } = joined;
    if (link.kind === "recovery") await this.#sayRecovered(person, link.dropSecondFactor === 1);
    else await facts.emit({ what: "joined", person, name: body.name ?? "", email, role });
    return this.#signIn(knock, { person, email, password: body.password });
  }

  async #sayRecovered(person: string, dropped: boolean): Promise<void> {
    const { facts } = this.#parts;
    await facts.emit({ what: "password-changed", person });
    if (!dropped) return;
    for (const kind of ["totp", "passkey"] as const) {
      await facts.emit({ what: "second-factor-disabled", person, kind });
    }
  }

  async #find(secret: string, knock: Knock): Promise<Link | Response> {
    const { limits, links, facts } = this.#parts;
    const attempt = limits.network(knock.place.address);
    const waitMs = waitMsOf(attempt);
    if (waitMs > 0) return tooManyResponse(waitMs);
    charge(attempt);
    const link = links.find(secret);
    if (!link) {
      await facts.emitFailure("link", knock.place.address, "link");
      return refusalResponse(linkRefused());
    }
    refund(attempt);
    return link;
  }

  async #use(link: Link, body: Accept): Promise<Joined | Response> {
    const { people } = this.#parts;
    if (link.kind === "recovery")
      return people.recover(body.link, await hashPassword(body.password));
    const email = link.email ?? body.email;
    const errors = [
      ...(body.name ? [] : [{ path: "name", message: "Say your name" }]),
      ...(email ? [] : [{ path: "email", message: "Write an e-mail address" }]),
    ];
    if (!body.name || !email)
      return refusalResponse(wrongInput("Some fields are missing.", { errors }));
    const passwordHash = await hashPassword(body.password);
    return people.join(body.link, { name: body.name, email, passwordHash });
  }

  async #signIn(
    knock: Knock,
    of: { person: string; email: string; password: string },
  ): Promise<Response> {
    const answer = await this.#parts.library.ask({
      method: "POST",
      path: "/sign-in/email",
      body: { email: of.email, password: of.password },
      address: knock.place.address,
      userAgent: knock.request.headers.get("user-agent"),
    });
    if (!answer.ok) return refusalResponse(unavailable("The account stands; sign in to it."));
    const said = (await answer.json()) as { twoFactorRedirect?: boolean };
    const cookies = answer.headers.getSetCookie();
    const more = said.twoFactorRedirect ? { twoFactorRedirect: true } : {};
    if (!said.twoFactorRedirect) {
      this.#parts.people.noteSignIn(of.person);
      const { address } = knock.place;
      await this.#parts.facts.emit({ what: "signed-in", person: of.person, via: "link", address });
    }
    return jsonResponse({ ok: true, ...more }, { cookies, secure: knock.place.secure });
  }
}
