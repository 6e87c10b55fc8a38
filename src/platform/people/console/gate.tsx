import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { go, Mark, SESSION } from "#console";

const SIGN_IN = "/sign-in";

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
    <main className="flex min-h-dvh flex-col items-center justify-center px-4 py-10">
      <div className="w-full max-w-sm">
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
    await client.invalidateQueries({ queryKey: SESSION });
    if (location.pathname === SIGN_IN) go("/", "replace");
  };
}
