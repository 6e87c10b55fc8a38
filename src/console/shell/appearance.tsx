import type { ReactNode } from "react";
import { Card } from "../ui/basics.tsx";
import { Segments } from "../ui/field.tsx";
import { chooseTheme, type Theme, themes, useTheme } from "./theme.ts";

const names: Record<Theme, string> = { system: "As the system", light: "Light", dark: "Dark" };

/** How the console looks in this browser. */
export function Appearance(): ReactNode {
  const { chosen } = useTheme();
  return (
    <Card title="Colours" hint="Kept in this browser">
      <div className="flex">
        <Segments
          label="Colours"
          value={chosen}
          options={themes.map((each) => [each, names[each]] as const)}
          onPick={chooseTheme}
        />
      </div>
      <p className="mt-3 text-sm text-muted">
        Movement follows your system: with “reduce motion” on, nothing flows or blinks.
      </p>
    </Card>
  );
}
