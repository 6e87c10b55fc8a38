import type { ConfigMistake } from "#kernel";
import { channelName, type Config, type PersonConfig } from "./config.ts";

type Paging = Partial<Config>;
type Teams = Record<string, { layers: { members: string[] }[] }>;
type Path = ConfigMistake["path"];

/** Names that mean nobody, and channels that cannot work as they are written. */
export function checkPaging(all: Readonly<Record<string, unknown>>): ConfigMistake[] {
  const paging = (all["paging"] ?? {}) as Paging;
  const { teams = {} } = (all["on-call"] ?? {}) as { teams?: Teams };
  return [
    ...unknownNames(paging, teams),
    ...channelMistakes(paging),
    ...unreachable(paging, teams),
    ...noFallback(paging),
  ];
}

function unknownNames({ people = {}, policies = {} }: Paging, teams: Teams): ConfigMistake[] {
  const named = Object.keys(teams).map((team) => `team:${team}`);
  const known = [...Object.keys(people), ...named, "on-call", "everyone"];
  return Object.entries(policies).flatMap(([policy, { steps }]) =>
    steps.flatMap(({ who }, step) =>
      who.flatMap((each, i) => {
        if (known.includes(each)) return [];
        const what = each.replace("team:", "team ");
        return [
          {
            path: ["paging", "policies", policy, "steps", step, "who", i],
            what: `there is no ${what === each ? `person ${each}` : what}`,
            fix: `Name one of: ${known.join(", ")}.`,
          },
        ];
      }),
    ),
  );
}

function channelMistakes(paging: Paging): ConfigMistake[] {
  return Object.entries(paging.people ?? {}).flatMap(([person, { channels }]) =>
    channels.flatMap((each, i) => {
      const path: Path = ["paging", "people", person, "channels", i];
      const first = channels.findIndex((other) => channelName(other) === channelName(each));
      const twice = {
        path,
        what: `${person} has two channels "${channelName(each)}"`,
        fix: "Give one of them another `name`.",
      };
      const lack = lacks(each, paging);
      return [...(first === i ? [] : [twice]), ...(lack ? [{ path, ...lack }] : [])];
    }),
  );
}

type Lack = { what: string; fix: string };
type To = PersonConfig["channels"][number];
/** What a channel needs that stands elsewhere. */
export function lacks(to: To, paging: Paging): Lack | undefined {
  switch (to.kind) {
    case "slack":
    case "discord":
      return lacksBot(to, paging[to.kind]?.token);
    case "telegram":
      return paging.telegram?.token === undefined ? tokenFor(to.kind) : undefined;
    case "sms":
      return lacksProvider(to.provider, Object.keys(paging.providers ?? {}));
    default:
      return undefined;
  }
}

function lacksBot(
  { kind, to, webhook }: Extract<To, { kind: "slack" | "discord" }>,
  token: string | undefined,
): Lack | undefined {
  if (to === undefined && webhook === undefined)
    return { what: "this leads nowhere", fix: "Write `to` or `webhook`." };
  return to !== undefined && token === undefined ? tokenFor(kind) : undefined;
}

const lacksProvider = (provider: string, there: readonly string[]): Lack | undefined =>
  there.includes(provider)
    ? undefined
    : {
        what: `there is no provider ${provider}`,
        fix: `Describe it under paging.providers (there are: ${there.join(", ") || "none"}).`,
      };
const tokenFor = (service: string): Lack => ({
  what: `there is no bot to write to ${service}`,
  fix: `Set paging.${service}.token.`,
});

/** Where pages are wanted at all, whoever is on call has to be reachable. */
function unreachable({ people = {} }: Paging, teams: Teams): ConfigMistake[] {
  if (Object.keys(people).length === 0) return [];
  return Object.entries(teams).flatMap(([team, { layers }]) =>
    layers.flatMap(({ members }, layer) =>
      members.flatMap((member, i) =>
        people[member]
          ? []
          : [
              {
                path: ["on-call", "teams", team, "layers", layer, "members", i],
                what: `${member} is on call but cannot be paged`,
                fix: `Say how under paging.people.${member}.`,
              },
            ],
      ),
    ),
  );
}

function noFallback({ people = {}, fallback }: Paging): ConfigMistake[] {
  if (fallback === undefined || people[fallback]) return [];
  const there = Object.keys(people).join(", ") || "nobody can be paged yet";
  return [
    {
      path: ["paging", "fallback"],
      what: `there is no person ${fallback}`,
      fix: `Name one of: ${there}.`,
    },
  ];
}
