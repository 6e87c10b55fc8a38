import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { go, Mark, SESSION } from "#console";

const SIGN_IN = "/sign-in";

/** Calm water behind the dam. */
const Waterline = (): ReactNode => (
  <svg
    aria-hidden="true"
    viewBox="0 0 1440 160"
    preserveAspectRatio="none"
    className="absolute inset-x-0 bottom-0 h-28 w-full fill-chart-2xx"
  >
    <path opacity="0.1" d="M0 60c180-50 360-50 540 0s360 50 540 0 270-50 360-20v120H0z" />
    <path opacity="0.14" d="M0 96c160-36 320-36 480 0s320 36 480 0 320-36 480 0v64H0z" />
  </svg>
);

/** The frame of all that happens before somebody is inside. */
export const Gate = ({
  title,
  says,
  children,
}: {
  title: string;
  says?: ReactNode;
  children: ReactNode;
}): ReactNode => {
  useEffect(() => {
    document.title = `${title} · Castor`;
  }, [title]);
  return (
    <main className="relative flex min-h-dvh flex-col items-center justify-center overflow-hidden px-4 pt-10 pb-32">
      <Waterline />
      <div className="relative w-full max-w-sm [&_[type=submit]]:w-full">
        <Mark className="mb-5 size-12" />
        <h1 className="text-xl font-semibold">{title}</h1>
        {says !== undefined && <p className="mt-1 text-sm text-muted">{says}</p>}
        <div className="mt-6">{children}</div>
      </div>
    </main>
  );
};

/** Asks again who is here, and shows the console. */
export function useEnter(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    // Whoever was here before may have been allowed to see more.
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
    await client.invalidateQueries({ queryKey: SESSION });
    if (location.pathname === SIGN_IN) go("/", "replace");
  };
}
