import { type ReactNode, useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { useTheme } from "../shell/theme.ts";
import { amount } from "../ui/format.ts";
import { stack } from "./stack.ts";

export type Line = {
  label: string;
  /** The design token that holds its colour, such as `--chart-2xx`. */
  color: string;
  values: readonly (number | null)[];
};
type ChartProps = {
  at: readonly number[];
  lines: readonly Line[];
  /** Stacked areas add up to the total; plain lines are read one by one. */
  stacked?: boolean;
  format?: (value: number) => string;
  label: string;
  height?: number;
  /** Moments that explain a line, such as a release. */
  marks?: readonly { at: number; label: string }[];
};

/** Opacity of a stacked layer, as the last two digits of a colour. */
const STACK_ALPHA = "b8";

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const MARK_ROWS = 6;
const DAYS_FROM_MS = 36 * 3_600_000;
/** Over more than a day and a half, dates say more than the time of day. */
const dated = (at: readonly number[]): boolean => (at.at(-1) ?? 0) - (at[0] ?? 0) > DAYS_FROM_MS;
const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function columns(
  at: readonly number[],
  lines: readonly Line[],
  stacked: boolean,
): uPlot.AlignedData {
  const values = stacked
    ? stack(lines.map((line) => line.values))
    : lines.map((line) => [...line.values]);
  return [at.map((each) => each / 1000), ...values];
}

function axes(format: (value: number) => string, moment: Intl.DateTimeFormat): uPlot.Axis[] {
  const text = token("--ink-faint");
  const grid = { stroke: token("--chart-grid"), width: 1 };
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  return [
    {
      stroke: text,
      font,
      grid: { show: false },
      ticks: { show: false },
      space: 90,
      size: 24,
      values: (_, splits) => splits.map((each) => moment.format(each * 1000)),
    },
    {
      stroke: text,
      font,
      grid,
      ticks: { show: false },
      size: 52,
      gap: 8,
      space: 32,
      values: (_, splits) => splits.map((each) => format(each)),
    },
  ];
}

/** A dashed line with its name, from the top to the axis. */
function drawMarks(plot: uPlot, marks: NonNullable<ChartProps["marks"]>): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = token("--accent");
  ctx.fillStyle = token("--accent");
  ctx.font = `${11 * devicePixelRatio}px ${getComputedStyle(document.body).fontFamily}`;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const [place, { at, label }] of marks.entries()) {
    // What is newer than the last point stands at the edge.
    const x = Math.min(plot.valToPos(at / 1000, "x", true), bbox.left + bbox.width);
    if (x < bbox.left) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const isLate = x > bbox.left + bbox.width * 0.8;
    ctx.textAlign = isLate ? "right" : "left";
    // Names of marks that are close stand under each other.
    const y = bbox.top + (10 + (place % MARK_ROWS) * 13) * devicePixelRatio;
    ctx.fillText(label, x + (isLate ? -4 : 4) * devicePixelRatio, y);
  }
  ctx.restore();
}

function options(
  props: ChartProps,
  width: number,
  pointAt: (place: number | null) => void,
): uPlot.Options {
  const { lines, stacked = false, format = amount, height = 190 } = props;
  const bands = lines.map((line, place) => ({
    series: [place + 1, place] as [number, number],
    fill: `${token(line.color)}${STACK_ALPHA}`,
  }));
  return {
    width,
    height,
    padding: [10, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { y: { range: (_, _low, high) => [0, Math.max(high * 1.12, 1)] } },
    axes: axes(format, dated(props.at) ? day : clock),
    series: [
      {},
      ...lines.map((line, place) => ({
        label: line.label,
        stroke: token(line.color),
        // A line over an empty layer would claim what the layer does not hold.
        width: stacked ? 0 : 1.75,
        points: { show: false },
        ...(stacked && place === 0 ? { fill: `${token(line.color)}${STACK_ALPHA}` } : {}),
      })),
    ],
    bands: stacked ? bands.slice(1) : [],
    hooks: {
      draw: [(plot: uPlot) => drawMarks(plot, props.marks ?? [])],
      setCursor: [(plot: uPlot) => pointAt(plot.cursor.idx ?? null)],
    },
  };
}

/** Numbers over time, drawn on a canvas; the legend above shows the newest values, or those under the pointer. */
export function TimeChart(props: ChartProps): ReactNode {
  const { at, lines: all, stacked = false, format = amount, label, height = 190 } = props;
  // A layer without thickness would still colour the edge of the one below it.
  const lines = stacked ? all.filter(({ values }) => values.some((value) => value)) : all;
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const [place, setPlace] = useState<number | null>(null);
  const theme = useTheme();
  const names = lines.map((line) => line.label).join();
  useEffect(() => {
    const box = holder.current;
    if (!box) return undefined;
    const made = new uPlot(
      options({ ...props, lines }, box.clientWidth, setPlace),
      columns(at, lines, stacked),
      box,
    );
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height }));
    watch.observe(box);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- new data goes in through setData below.
  }, [theme.shown, names, stacked, height]);
  useEffect(() => {
    plot.current?.setData(columns(at, lines, stacked));
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `lines` is `all` without its empty ones.
  }, [at, all, stacked]);
  const shown = place ?? at.length - 1;
  const shownAt = at[shown];
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-muted">
        {all.map((line) => (
          <span key={line.label} className="inline-flex items-center gap-1.5">
            <span className="h-2.5 w-1 rounded-full" style={{ background: `var(${line.color})` }} />
            {line.label}
            <span className="font-semibold text-ink">{readout(line.values[shown], format)}</span>
          </span>
        ))}
        {place !== null && shownAt !== undefined && (
          <span className="ml-auto">
            {dated(at) && `${day.format(shownAt)} `}
            {clock.format(shownAt)}
          </span>
        )}
      </figcaption>
      <div
        ref={holder}
        role="img"
        aria-label={label}
        style={{ height }}
        className="w-full overflow-hidden"
      />
    </figure>
  );
}

const readout = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? "–" : format(value);
