import type { CounterDef } from "../contract.ts";
import type { Capability } from "../manifest/capability.ts";
import type { Castor } from "../runtime/castor.ts";

/** Prometheus' text format, version 0.0.4. */
export const metricsType = "text/plain; version=0.0.4; charset=utf-8";

const quantiles = [0.5, 0.99];
/** The quantiles of a distribution are those of so long. */
const lookBackMs = 60_000;
/** Prometheus counts time in seconds. */
const told: Record<string, { suffix: string; of: number }> = {
  ms: { suffix: "_seconds", of: 1_000 },
  bytes: { suffix: "_bytes", of: 1 },
};

type Labels = Readonly<Record<string, string>>;
type Sample = { suffix?: string; labels: Labels; value: number };
type Family = {
  name: string;
  type: "counter" | "gauge" | "summary";
  help: string;
  samples: Sample[];
};

const nameOf = (text: string): string => text.replaceAll(/[^a-zA-Z0-9_]/g, "_");
const escaped = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');

function lineOf(name: string, { suffix = "", labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${nameOf(key)}="${escaped(text)}"`);
  return `${name}${suffix}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}`;
}

function textOf({ name, type, help, samples }: Family): string[] {
  if (samples.length === 0) return [];
  const said = help.replaceAll("\\", "\\\\").replaceAll("\n", " ");
  const lines = samples.map((sample) => lineOf(name, sample));
  return [`# HELP ${name} ${said}`, `# TYPE ${name} ${type}`, ...lines];
}

function familyOf({ ports }: Castor, def: CounterDef): Family {
  const { counters, clock } = ports;
  const since = counters.sinceStart(def);
  const { suffix, of } = told[def.unit] ?? { suffix: "", of: 1 };
  const name = `castor_${nameOf(def.name)}${suffix}`;
  const help = `${def.name}${suffix === "" ? `, in ${def.unit}` : ""}, since this process started`;
  if (def.kind === "sum")
    return {
      ...{ name: `${name}_total`, type: "counter", help },
      samples: since.map(({ labels, sum }) => ({ labels, value: sum / of })),
    };
  // The slot that goes on is in it.
  const range = { from: clock.now() - lookBackMs, to: clock.now() + 1 };
  const lately = counters.distributions(def, range, { by: def.labels }).flatMap((found) =>
    quantiles.flatMap((quantile): Sample[] => {
      const value = found.quantile(quantile);
      const labels = { ...found.labels, quantile: String(quantile) };
      return value === undefined ? [] : [{ labels, value: value / of }];
    }),
  );
  const whole = since.flatMap(({ labels, sum, count = 0 }): Sample[] => [
    { suffix: "_sum", labels, value: sum / of },
    { suffix: "_count", labels, value: count },
  ]);
  return { name, type: "summary", help, samples: [...lately, ...whole] };
}

function gaugesOf(castor: Castor, owner: Capability): Family[] {
  const read = castor.effects(owner, { actor: { kind: "system", id: "metrics" } });
  return owner.gauges.map((gauge) => ({
    ...{ name: `castor_${nameOf(gauge.name)}`, type: "gauge", help: gauge.about },
    samples: gauge.read(read),
  }));
}

/** All that Castor counts, and what its capabilities say of this moment. Different values (uniques) stay in the console. */
export function metricsText(castor: Castor): string {
  const families = castor.capabilities.flatMap((owner) => [
    ...owner.counts.filter(({ kind }) => kind !== "uniques").map((def) => familyOf(castor, def)),
    ...gaugesOf(castor, owner),
  ]);
  return families
    .flatMap(textOf)
    .map((line) => `${line}\n`)
    .join("");
}
