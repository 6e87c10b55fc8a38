import { type Command, exit, toCastor } from "../command.ts";
import { connect } from "../connect.ts";
import { ink } from "../ink.ts";

/** `castor sign-in-link`: a way in for whoever has this machine. */
export const signInLink: Command = {
  usage: "sign-in-link [--email you@example.org] [--drop-second-factor]",
  summary: "One link that signs you in to the console (once, soon).",
  example: "castor sign-in-link",
  options: {
    email: {
      type: "text",
      value: "you@example.org",
      about: "Whose account; needed to recover one.",
    },
    "drop-second-factor": {
      type: "flag",
      about: "Also forget a lost TOTP app or passkey of that account.",
    },
    ...toCastor,
  },
  async run(given, terminal) {
    const email = given.text("email");
    const { act, target } = connect(given, terminal);
    const link = (await act("people.sign-in-link", {
      ...(email === undefined ? {} : { email }),
      ...(given.flag("drop-second-factor") ? { dropSecondFactor: true } : {}),
    })) as { path?: string; link?: string; expiresAt?: number };
    if (given.flag("json")) terminal.out(`${JSON.stringify(link)}\n`);
    else {
      const { bold, dim } = ink(terminal);
      terminal.out(`${bold(linkUrl(target.url, link))}\n`);
      if (link.expiresAt !== undefined && terminal.isInteractive)
        terminal.err(
          dim(`It works once, until ${new Date(link.expiresAt).toLocaleTimeString()}.\n`),
        );
    }
    return exit.ok;
  },
};

/** A link to open in a browser: `path` belongs behind the console's address. */
export const linkUrl = (console: string, link: { path?: string; link?: string }): string =>
  link.path === undefined ? (link.link ?? "") : new URL(link.path, `${console}/`).href;
