import { noNet } from "#kernel/testing";
import { subscribers } from "../contract.ts";
import { page } from "../world.testing.ts";

export const address = "https://castor.shop.example/status";
export const subscribe = { address, kinds: ["email", "webhook", "slack"] };
export type Here = Awaited<ReturnType<typeof page>>;

/** A page to subscribe to, in a world of public names where webhooks are answered so. */
export const open = (
  of: object = {},
  answers?: (url: string, init: RequestInit) => Response,
): Promise<Here> =>
  page(
    { subscribe, ...of },
    answers
      ? {
          net: {
            ...noNet,
            resolve: () => Promise.resolve(["1.1.1.1"]),
            fetch: (url, init = {}) => Promise.resolve(answers(url, init)),
          },
        }
      : {},
  );
export const pathIn = (text: string, door: string): string =>
  new RegExp(`/status(/${door}/\\S+)`).exec(text)?.[1] ?? "";
export const lettersTo = ({ postOffice }: Here, to: string) =>
  postOffice.letters.filter((each) => each.to === to);
export const counts = async ({ castor }: Here, kind = "email") =>
  (await castor.ask(subscribers, {})).kinds.find((each) => each.kind === kind);

/** Signs up and says yes, as somebody would. */
export async function subscriber(here: Here, to: string, form: object = {}): Promise<void> {
  await here.send("/subscribe", { kind: "email", address: to, ...form }, to);
  await here.castor.advance(3_000);
  const [letter] = lettersTo(here, to).slice(-1);
  await here.send(pathIn(letter?.text ?? "", "confirm"), {});
}
