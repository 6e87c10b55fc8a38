import type { ReactNode } from "react";
import { Button, Card, Field, IconButton } from "#console";
import { countriesGroup, type Draft, type DraftGroup, type Mistakes, newGroup } from "./draft.ts";

const groupsMax = 4;

/** What people say of themselves when they join, and results are split by. */
export function GroupsField({
  draft: { groups },
  mistakes,
  onChange,
}: {
  draft: Draft;
  mistakes: Mistakes;
  onChange: (groups: DraftGroup[], ...mended: string[]) => void;
}): ReactNode {
  const set = (at: number, change: Partial<DraftGroup>): void =>
    onChange(
      groups.map((each, place) => (place === at ? { ...each, ...change } : each)),
      `definition.dimensions.${groups[at]?.id.trim() ?? ""}`,
      "definition.dimensions",
    );
  const wrong = mistakes["definition.dimensions"];
  return (
    <Card title="Groups" hint="what results are split by">
      <p className="mb-4 text-sm text-muted">
        People choose these when they join, and nothing else is asked of them. Few values each:
        small groups are never shown.
      </p>
      <ul className="grid gap-4 empty:hidden">
        {groups.map(({ key, id, values, isCountries }, at) => (
          <li key={key} className="flex items-start gap-2">
            <div className="grid min-w-0 flex-1 gap-3 sm:grid-cols-[10rem_1fr]">
              <Field
                label="Group"
                value={id}
                autoComplete="off"
                spellCheck={false}
                error={mistakes[`definition.dimensions.${id.trim()}`]}
                onChange={({ target }) => set(at, { id: target.value })}
              />
              <Field
                label="Values"
                value={isCountries ? "All countries, and the world map on stage" : values}
                readOnly={isCountries}
                autoComplete="off"
                hint={isCountries ? undefined : "With a comma between them"}
                error={mistakes[`definition.dimensions.${id.trim()}.0`]}
                onChange={({ target }) => set(at, { values: target.value })}
              />
            </div>
            <IconButton
              icon="trash"
              label={`Remove the group ${id}`}
              className="mt-6"
              onClick={() => onChange(groups.filter((_, place) => place !== at))}
            />
          </li>
        ))}
      </ul>
      {wrong !== undefined && (
        <p role="alert" className="mt-2 text-xs text-bad">
          {wrong}
        </p>
      )}
      <div className="mt-3 flex flex-wrap gap-2">
        <Button
          icon="plus"
          disabled={groups.length >= groupsMax || groups.some(({ isCountries }) => isCountries)}
          onClick={() => onChange([...groups, countriesGroup()])}
        >
          Countries
        </Button>
        <Button
          icon="plus"
          disabled={groups.length >= groupsMax}
          onClick={() => onChange([...groups, newGroup(groups)])}
        >
          Another group
        </Button>
      </div>
    </Card>
  );
}
