import type { ReactNode } from "react";
import type { GatewayNow, Service, ServiceInstance } from "../live/shapes.ts";
import { amount, count } from "../ui/format.ts";
import { Mark } from "../ui/icon.tsx";
import { Link } from "../shell/router.tsx";
import { Strip, type Tone, ToneMark } from "../ui/status.tsx";
import { instanceTone, instanceWord } from "./verdict.ts";

const LANES_MAX = 8;
/** As tall as a row of the list, so that every stream ends at its instance. */
const LANE_REM = 4;
const WIDTH_MIN = 2;
const WIDTH_MAX = 18;

/** Line widths grow with the square root, so that a hundred times the traffic is still one picture. */
const widthOf = (rate: number, most: number): number =>
  rate <= 0 ? WIDTH_MIN : Math.max(WIDTH_MIN, Math.sqrt(rate / Math.max(most, 1)) * WIDTH_MAX);
const speedOf = (rate: number): string =>
  `${Math.max(0.5, 3 - Math.log10(1 + rate) * 0.8).toFixed(1)}s`;

const water: Record<Tone, string> = {
  good: "stroke-chart-2xx",
  warn: "stroke-warn-fill",
  bad: "stroke-bad-fill",
  none: "stroke-chart-2xx",
};

type StreamProps = { path: string; rate: number; most: number; tone: Tone };
function Stream({ path, rate, most, tone }: StreamProps): ReactNode {
  const width = widthOf(rate, most);
  return (
    <g className={water[tone]} fill="none" strokeLinecap="round">
      <path
        d={path}
        vectorEffect="non-scaling-stroke"
        strokeWidth={width}
        opacity={rate > 0 ? 0.22 : 0.4}
        strokeDasharray={rate > 0 ? undefined : "2 6"}
      />
      {rate > 0 && (
        <path
          d={path}
          vectorEffect="non-scaling-stroke"
          strokeWidth={Math.max(1.5, width / 5)}
          className="flowing"
          style={{ "--flow-speed": speedOf(rate) } as Record<string, string>}
        />
      )}
    </g>
  );
}

type WaterProps = { children: ReactNode; className: string; lanes?: number };
const Water = ({ children, className, lanes }: WaterProps): ReactNode => (
  <svg
    aria-hidden="true"
    style={lanes === undefined ? undefined : { height: `${lanes * LANE_REM}rem` }}
    viewBox="0 0 100 100"
    preserveAspectRatio="none"
    className={`h-full w-full overflow-visible ${className}`}
  >
    {children}
  </svg>
);

type Lane = {
  service: string;
  instance: ServiceInstance;
  tone: Tone;
  rate: number;
  errors: number;
  inFlight: number;
};

/** Catalog and gateway each know half of an instance; here they meet. */
export function lanes(now: GatewayNow, services: readonly Service[]): Lane[] {
  return services.flatMap((service) => {
    const seen = now.services.find((each) => each.service === service.id)?.instances ?? [];
    return service.instances.map((instance) => {
      const figures = seen.find((each) => each.id === instance.id);
      const ejected = figures?.ejected === true;
      const tone = instanceTone(instance);
      return {
        service: service.id,
        instance,
        tone: ejected && tone === "good" ? "warn" : tone,
        rate: figures?.requestsPerSecond ?? 0,
        errors: figures?.errorsPerSecond ?? 0,
        inFlight: figures?.inFlight ?? 0,
      };
    });
  });
}

const LaneRow = ({ lane }: { lane: Lane }): ReactNode => (
  <li className="min-w-0">
    <Link
      href={`/services?service=${encodeURIComponent(lane.service)}`}
      className="grid h-16 grid-cols-[auto_minmax(4.5rem,1fr)_minmax(6rem,10rem)_4.5rem] items-center gap-x-3 rounded-lg px-3 hover:bg-hover max-sm:grid-cols-[auto_minmax(4.25rem,1fr)_minmax(2rem,6rem)_4.5rem] max-sm:px-1"
    >
      <ToneMark tone={lane.tone} />
      <span className="min-w-0">
        <span className="block truncate text-sm font-medium">{lane.instance.id}</span>
        <span
          className={`block truncate text-xs ${lane.tone === "bad" ? "text-bad" : "text-muted"}`}
        >
          {instanceWord(lane.instance)}
        </span>
      </span>
      <Strip beats={lane.instance.strip} label={`Health of ${lane.instance.id}`} />
      <span className="text-right">
        <span className="block text-sm font-medium">{amount(lane.rate)}/s</span>
        <span className="block text-xs text-muted">
          {lane.errors > 0 ? `${amount(lane.errors)}/s fail` : `${amount(lane.inFlight)} in flight`}
        </span>
      </span>
    </Link>
  </li>
);

const Figure = ({
  value,
  unit,
  says,
  id,
}: {
  value: number;
  unit: string;
  says?: string;
  id: string;
}): ReactNode => (
  <div className="text-center max-md:text-left">
    <p className="text-3xl font-semibold tracking-tight max-sm:text-2xl" data-figure={id}>
      {amount(value)}
    </p>
    <p className="text-sm font-medium">{unit}</p>
    {says && <p className="text-xs text-muted">{says}</p>}
  </div>
);

/** Small sites have visitors too: below one a second they are counted by the minute. */
const Visitors = ({ perSecond }: { perSecond: number }): ReactNode => {
  const rare = perSecond > 0 && perSecond < 1;
  return (
    <Figure
      id="visitors"
      value={rare ? Math.ceil(perSecond * 60) : perSecond}
      unit={rare ? "visitors per minute" : "visitors per second"}
    />
  );
};

/** The live picture: visitors flow in from the left, the dam spreads them over what can carry them. */
export function River({
  now,
  services,
}: {
  now: GatewayNow;
  services: readonly Service[];
}): ReactNode {
  const all = lanes(now, services);
  const shown = all.slice(0, LANES_MAX);
  const most = Math.max(now.requestsPerSecond, 1);
  const connections = now.workers.reduce((sum, each) => sum + each.connections, 0);
  const yOf = (place: number) => ((place + 0.5) / Math.max(1, shown.length)) * 100;
  return (
    <section
      aria-label="Traffic now"
      className="grid items-center gap-x-1 overflow-hidden rounded-xl border border-line bg-surface p-5 shadow-card max-md:grid-cols-2 max-md:items-start max-md:gap-y-3 max-sm:p-4 md:grid-cols-[auto_minmax(2rem,0.6fr)_auto_minmax(3rem,1fr)_minmax(20rem,1.6fr)]"
    >
      <Visitors perSecond={now.visitorsPerSecond} />
      <Water className="min-h-16 max-md:hidden">
        <Stream path="M10 50 H102" rate={now.requestsPerSecond} most={most} tone="good" />
      </Water>
      <div className="flex flex-col items-center gap-2 rounded-xl border border-line bg-sunken px-5 py-4 max-md:flex-row-reverse max-md:justify-end max-md:border-0 max-md:bg-transparent max-md:p-0">
        <Mark className="size-9 max-md:hidden" />
        <Figure
          id="requests"
          value={now.requestsPerSecond}
          unit="requests per second"
          says={`${count(now.workers.length, "worker")}, ${count(connections, "connection")}`}
        />
      </div>
      <Water className="max-md:hidden" lanes={shown.length}>
        {shown.map((lane, place) => (
          <Stream
            key={lane.instance.id}
            path={`M-4 50 C 45 50 45 ${yOf(place)} 102 ${yOf(place)}`}
            rate={lane.rate}
            most={most}
            tone={lane.tone}
          />
        ))}
      </Water>
      <ul className="min-w-0 max-md:col-span-2 max-md:-mx-1 max-md:border-t max-md:border-line max-md:pt-1">
        {shown.map((lane) => (
          <LaneRow key={lane.instance.id} lane={lane} />
        ))}
        {all.length > LANES_MAX && (
          <li className="px-3 pt-2 text-sm">
            <Link href="/services" className="text-accent underline">
              and {count(all.length - LANES_MAX, "more instance")}
            </Link>
          </li>
        )}
      </ul>
    </section>
  );
}
