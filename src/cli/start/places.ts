import { addressOf } from "../../platform/console/address.ts";
import type { Api } from "../api.ts";

/** Where visitors and operators come in, as control has it. */
export type Places = { gatewayUrls: string[]; consoleUrl: string };

/** Asks control where everything is: reading the configuration here would load every capability a second time. */
export async function askPlaces(control: Api): Promise<Places> {
  const { values } = (await control.ask("settings.config")) as {
    values: { path: string; value: unknown }[];
  };
  const urls = (listen: string): string[] =>
    values
      .filter(({ path }) => path.replace(/\[\d+\]$/, "") === listen)
      .map(({ value }) => addressOf(String(value)).url);
  return { gatewayUrls: urls("gateway.listen"), consoleUrl: urls("console.listen")[0] ?? "" };
}
