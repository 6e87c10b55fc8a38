import type { ReactNode } from "react";
import type { RunbooksFound } from "../live/shapes.ts";
import { useAsk } from "../live/use-live.ts";
import { Card } from "../ui/basics.tsx";
import { Icon } from "../ui/icon.tsx";
import { Link } from "./router.tsx";

/** Where a runbook opens; what is known of the trouble goes with it. */
export function runbookAt(
  runbook: string,
  of: {
    incident?: string | undefined;
    service?: string | undefined;
    alert?: string | undefined;
  } = {},
): string {
  const known = Object.entries({ runbook, ...of }).filter(
    (each): each is [string, string] => each[1] !== undefined && each[1] !== "",
  );
  return `/runbooks?${new URLSearchParams(known)}`;
}

type About = {
  services: readonly string[];
  alerts: readonly string[];
  labels?: Readonly<Record<string, string>>;
  text?: string;
  incident?: string;
};

const useRunbooks = ({ services, alerts, labels = {}, text = "", incident }: About) =>
  useAsk<RunbooksFound>("runbooks.for", {
    // Names may hold commas, which the flat form would take for another name.
    input: JSON.stringify({
      ...{ services, alerts, labels, text: text.slice(0, 2_000), limit: 3 },
      ...(incident === undefined ? {} : { incident }),
    }),
  }).data?.runbooks ?? [];

/** Links to the runbooks that help now, with why and how far they are; nothing where there is none. */
export function RunbookLinks(about: About): ReactNode {
  const found = useRunbooks(about);
  if (found.length === 0) return null;
  const { services, alerts, incident } = about;
  return (
    <ul className="grid gap-1">
      {found.map(({ runbook, title, says, steps, done, why }) => (
        <li key={runbook}>
          <Link
            href={runbookAt(runbook, {
              ...{ incident, service: services.length === 1 ? services[0] : undefined },
              alert: why === "alert" ? alerts[0] : undefined,
            })}
            className="-mx-2 flex min-h-11 items-center gap-3 rounded-md px-2 py-1.5 text-sm hover:bg-hover"
          >
            <Icon name="steps" className="size-4 shrink-0 text-faint" />
            <span className="min-w-0 flex-1">
              <span className="block font-medium wrap-anywhere">{title}</span>
              <span className="block text-xs text-muted">{says}</span>
            </span>
            {steps > 0 && (
              <span className="text-xs whitespace-nowrap text-muted tabular-nums">
                {incident === undefined ? `${steps} steps` : `${done} of ${steps}`}
              </span>
            )}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** The runbooks that help now, as a card; nothing where there is none. */
export function RunbooksFor(about: About): ReactNode {
  if (useRunbooks(about).length === 0) return null;
  return (
    <Card title="Runbooks">
      <RunbookLinks {...about} />
    </Card>
  );
}
