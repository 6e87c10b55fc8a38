import type { ReactNode } from "react";

const paths = {
  now: "M3 12h4l2.500-6 4 13 3-9 1.500 2h3",
  gateway: "M4 20V9a8 8 0 0 1 16 0v11M9 20v-9M15 20v-9M4 14h16",
  freeze:
    "M12 3v18M4.200 7.500l15.600 9M19.800 7.500l-15.600 9M9.500 4.500 12 7l2.500-2.500M9.500 19.500 12 17l2.500 2.500",
  services: "M4 5h16v5H4zM4 14h16v5H4zM8 7.500h.01M8 16.500h.01",
  log: "M5 6h.01M5 12h.01M5 18h.01M9.500 6H20M9.500 12H20M9.500 18H16",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
  check: "M5 12.500 10 17.500 19.500 7",
  cross: "M6 6l12 12M18 6 6 18",
  warning: "M12 4 2.800 19.500h18.400zM12 10v4.500M12 17.200h.01",
  mail: "M3.500 5.500h17v13h-17zM3.500 7l8.500 6 8.500-6",
  minus: "M6 12h12",
  plus: "M12 5v14M5 12h14",
  search: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500 20 20",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z",
  screen: "M3.500 5h17v11h-17zM9 20h6M12 16v4",
  key: "M8 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 12h9M18 12v3.500M15 12v2.500",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500a7.500 7.500 0 0 1 15 0",
  people:
    "M9 11.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20a6.500 6.500 0 0 1 13 0M15.500 4.800a3.500 3.500 0 0 1 0 6.400M18 14.300a6.500 6.500 0 0 1 3.500 5.700",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  right: "M9.500 6l6 6-6 6",
  left: "M14.500 6l-6 6 6 6",
  down: "M6 9.500l6 6 6-6",
  clock: "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 7.500V12l3 2",
  pause: "M8.500 5v14M15.500 5v14",
  play: "M7 4.500v15l12-7.500z",
  shield: "M12 3l7.500 3v5.500c0 4.500-3 8-7.500 9.500-4.500-1.500-7.500-5-7.500-9.500V6z",
  out: "M14 4.500H5v15h9M10 12h11M17.500 8.500 21 12l-3.500 3.500",
  reload: "M20 12a8 8 0 1 1-2.500-5.800M20 3.500V8h-4.500",
  link: "M10 14a4 4 0 0 0 5.700 0l3.600-3.600a4 4 0 0 0-5.700-5.700L12.500 6M14 10a4 4 0 0 0-5.700 0l-3.600 3.600a4 4 0 0 0 5.700 5.700l1.100-1.100",
  keyboard: "M2.500 6h19v12h-19zM6.500 10h.01M10.200 10h.01M13.800 10h.01M17.500 10h.01M8 14.500h8",
  file: "M6 3.500h8l4.500 4.500v12.500H6zM13.500 3.500V8.500h5",
  steps:
    "M4 6.500 5.500 8 8.500 4.500M4 13.500 5.500 15 8.500 11.500M12 7h8M12 14h8M5 19.500h.01M12 19.500h8",
  book: "M5.500 4h10a3 3 0 0 1 3 3v13h-10a3 3 0 0 1-3-3zM5.500 17a3 3 0 0 1 3-3h10M9 8.500h6",
  chart: "M4 4v16h16M8.500 16v-4M13 16V8M17.500 16v-6",
  refused: "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM6 6l12 12",
  phone:
    "M7.500 3h9A1.500 1.500 0 0 1 18 4.500v15a1.500 1.500 0 0 1-1.500 1.500h-9A1.500 1.500 0 0 1 6 19.500v-15A1.500 1.500 0 0 1 7.500 3zM11 18h2",
  page: "M3.500 4.500h17v15h-17zM3.500 9h17M7 13h10M7 16h6",
  target:
    "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 12h.01",
  bell: "M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 2h-15zM10 21h4",
  approve: "M2.500 12.500 7 17l8.500-10M11 16l1 1 9.500-10",
  all: "M4 4h6.500v6.500H4zM13.500 4H20v6.500h-6.500zM4 13.500h6.500V20H4zM13.500 13.500H20V20h-6.500z",
  trash: "M4.500 7h15M9.500 7V4.500h5V7M6.500 7l1 13h9l1-13",
} as const;

export type IconName = keyof typeof paths;

/** A drawing that accompanies words; it is hidden from screen readers because the words say it. */
export const Icon = ({
  name,
  className = "",
}: {
  name: IconName;
  className?: string;
}): ReactNode => (
  <svg
    aria-hidden="true"
    viewBox="0 0 24 24"
    className={`shrink-0 ${/\bsize-/.test(className) ? "" : "size-4"} ${className}`}
    fill="none"
    stroke="currentColor"
    strokeWidth="1.75"
    strokeLinecap="round"
    strokeLinejoin="round"
  >
    <path d={paths[name]} />
  </svg>
);

/** The mark: sticks laid into a dam, the water held behind it. */
export const Mark = ({ className = "size-7" }: { className?: string }): ReactNode => (
  <svg aria-hidden="true" viewBox="0 0 32 32" className={`shrink-0 ${className}`}>
    <rect width="32" height="32" rx="8" fill="#0e3a42" />
    <path
      d="M6 22.500c2.500-2 4.200-2 6.700 0s4.200 2 6.700 0 4.200-2 6.600 0"
      fill="none"
      stroke="#5fd3d0"
      strokeWidth="2.400"
      strokeLinecap="round"
    />
    <g stroke="#e9b872" strokeWidth="2.600" strokeLinecap="round">
      <path d="M8 16.500 15 8" />
      <path d="M13 17.500 20 8.500" />
      <path d="M18 17 24 9.500" />
      <path d="M7.500 11.500 25 16" />
    </g>
  </svg>
);
