import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from "react";
import { layoutOf } from "../contract.ts";
import { factorWords, type Whole } from "./words.ts";

type Graph = Whole["graph"];
type Placed = ReturnType<typeof layoutOf>["factors"][number];

const looks: Readonly<Record<Placed["kind"], string>> = {
  trigger: "fill-warn-soft stroke-warn",
  condition: "fill-sunken stroke-line-strong",
  gap: "fill-accent-soft stroke-accent",
  harm: "fill-bad-soft stroke-bad",
  luck: "fill-good-soft stroke-good",
};
const firstWord = (kind: Placed["kind"]): string => factorWords[kind].split(":")[0] ?? kind;

/** The neighbour in the direction of an arrow key: along links up and down, along the row to the sides. */
function neighbour(
  all: readonly Placed[],
  graph: Graph,
  from: Placed,
  key: string,
): Placed | undefined {
  const named = (id: string | undefined) => all.find((each) => each.id === id);
  switch (key) {
    case "ArrowDown":
      return named(graph.links.find((each) => each.from === from.id)?.to);
    case "ArrowUp":
      return named(graph.links.find((each) => each.to === from.id)?.from);
    case "ArrowRight":
      return all.filter(({ y, x }) => y === from.y && x > from.x).toSorted((a, b) => a.x - b.x)[0];
    case "ArrowLeft":
      return all.filter(({ y, x }) => y === from.y && x < from.x).toSorted((a, b) => b.x - a.x)[0];
    default:
      return undefined;
  }
}

type BoxProps = {
  factor: Placed;
  leadsTo: readonly string[];
  isChosen: boolean;
  onPick?: ((id: string) => void) | undefined;
  onKey: (event: KeyboardEvent<SVGGElement>) => void;
};
const Box = ({ factor, leadsTo, isChosen, onPick, onKey }: BoxProps): ReactNode => {
  const { id, x, y, width, height, lines, kind, text } = factor;
  const to = leadsTo.length === 0 ? "" : `; leads to: ${leadsTo.join("; ")}`;
  const deed = onPick
    ? {
        role: "button",
        tabIndex: 0,
        "aria-pressed": isChosen,
        onClick: () => onPick(id),
        onKeyDown: onKey,
      }
    : {};
  return (
    <g
      data-factor={id}
      aria-label={`${firstWord(kind)}: ${text}${to}`}
      className={onPick ? "group cursor-pointer outline-none" : ""}
      {...deed}
    >
      <rect
        {...{ x, y, width, height, rx: 8 }}
        className={`${looks[kind]} ${isChosen ? "stroke-3" : "stroke-1 group-focus-visible:stroke-3 group-hover:stroke-2"}`}
      />
      {lines.map((line, i) => (
        <text
          // oxlint-disable-next-line react/no-array-index-key -- lines of one text, in its order.
          key={i}
          x={x + width / 2}
          y={y + 26 + i * 18}
          textAnchor="middle"
          className="fill-ink text-sm"
        >
          {`${line} `}
        </text>
      ))}
    </g>
  );
};

/** What made what possible, from top to bottom; with `onPick` a factor can be chosen by click, Enter, and arrow keys. */
export function GraphView({
  graph,
  chosen,
  onPick,
}: {
  graph: Graph;
  chosen?: string | undefined;
  onPick?: ((id: string) => void) | undefined;
}): ReactNode {
  const svg = useRef<SVGSVGElement>(null);
  const { width, height, factors, links } = layoutOf(graph);
  // Where a phone has no room for all of it, its middle comes first.
  useLayoutEffect(() => {
    const room = svg.current?.parentElement;
    if (room) room.scrollLeft = (room.scrollWidth - room.clientWidth) / 2;
  }, [width]);
  const textOf = new Map(factors.map(({ id, text }) => [id, text]));
  const press = (factor: Placed) => (event: KeyboardEvent<SVGGElement>) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onPick?.(factor.id);
      return;
    }
    const to = neighbour(factors, graph, factor, event.key);
    if (!to) return;
    event.preventDefault();
    svg.current?.querySelector<SVGGElement>(`[data-factor="${to.id}"]`)?.focus();
  };
  return (
    <div
      className="overflow-x-auto"
      {...(onPick ? {} : { tabIndex: 0, role: "region", "aria-label": "How it came about" })}
    >
      <svg
        ref={svg}
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role={onPick ? "group" : "img"}
        aria-label={
          onPick
            ? "Contributing factors"
            : `How it came about: ${factors.map(({ text }) => text).join("; ")}`
        }
        className="mx-auto block max-w-none"
      >
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            orient="auto"
          >
            <path d="M0 0L8 4L0 8z" className="fill-line-strong" />
          </marker>
        </defs>
        {links.map(({ from, to, path }) => (
          <path
            key={`${from} ${to}`}
            d={path}
            markerEnd="url(#arrow)"
            className="fill-none stroke-line-strong stroke-[1.5]"
          />
        ))}
        {factors.map((factor) => (
          <Box
            key={factor.id}
            factor={factor}
            leadsTo={graph.links.flatMap(({ from, to }) =>
              from === factor.id ? (textOf.get(to) ?? []) : [],
            )}
            isChosen={factor.id === chosen}
            onPick={onPick}
            onKey={press(factor)}
          />
        ))}
      </svg>
    </div>
  );
}
