import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, StrictMode, useCallback, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import "./design/console.css";
import { ProblemError } from "./live/api.ts";
import { sameAnswer } from "./live/same-answer.ts";
import { pages } from "./pages.ts";
import { Help } from "./shell/help.tsx";
import { useKeys } from "./shell/keys.ts";
import { PageView } from "./shell/page-view.tsx";
import { Palette } from "./shell/palette.tsx";
import { go, usePlace } from "./shell/router.tsx";
import { type Me, SESSION, useSession } from "./shell/session.tsx";
import { Shell } from "./shell/shell.tsx";
import { TypedName } from "./shell/typed-name.tsx";
import { Loading } from "./ui/basics.tsx";
import { Notices } from "./ui/notice.tsx";
import { ProblemView } from "./ui/problem.tsx";

const RETRIES_MAX = 2;
const SIGN_IN_STATUSES: readonly number[] = [401, 403];

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // The session may have ended, or may need a second factor by now; it says which.
    onError: (error) => {
      if (error instanceof ProblemError && SIGN_IN_STATUSES.includes(error.problem.status))
        void client.invalidateQueries({ queryKey: SESSION });
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      structuralSharing: sameAnswer,
      retry: (failed, error) =>
        failed < RETRIES_MAX && error instanceof ProblemError && error.problem.status === 0,
    },
  },
});

const problem = {
  id: "problem",
  title: "Problem",
  load: async () => (await import("./ui/problem-page.tsx")).ProblemPage,
};

// After signing in there is nothing more to see at /sign-in.
const isHome = (path: string): boolean => path === "/" || path === "/sign-in";

const nowhere = {
  id: "nowhere",
  title: "No such page",
  load: async () => (await import("./shell/nowhere.tsx")).NowherePage,
};

const signIn = {
  id: "sign-in",
  title: "Sign in",
  load: async () => (await import("../platform/people/console.tsx")).SignInPage,
};

function Inside({ me, mustEnrol }: { me: Me; mustEnrol: boolean }): ReactNode {
  const { path } = usePlace();
  const [open, setOpen] = useState<"palette" | "help">();
  useEffect(() => {
    if (mustEnrol) go("/settings/security", "replace");
  }, [mustEnrol, path]);
  const palette = useCallback(() => setOpen("palette"), []);
  const help = useCallback(() => setOpen("help"), []);
  const close = useCallback(() => setOpen(undefined), []);
  useKeys({ palette, help });
  const page = pages.find(
    (each) => each.path !== "/" && (path === each.path || path.startsWith(`${each.path}/`)),
  );
  const [now] = pages;
  const explained = path.startsWith("/problems/") ? problem : undefined;
  const shown = mustEnrol
    ? pages.find((each) => each.id === "settings")
    : (explained ?? page ?? (isHome(path) ? now : nowhere));
  return (
    <Shell me={me} onPalette={palette} onHelp={help}>
      {shown && <PageView page={shown} />}
      <Palette open={open === "palette"} onClose={close} onHelp={help} />
      <Help open={open === "help"} onClose={close} />
      <TypedName />
    </Shell>
  );
}

function Console(): ReactNode {
  const { path } = usePlace();
  const { data, error, refetch } = useSession();
  // A link may be opened by somebody who is signed in as another; it leads to its own page until it was used.
  const [byLink] = useState(() => location.hash.startsWith("#link="));
  const entering = byLink && path === "/sign-in";
  if (entering || data?.signedIn === false) return <PageView page={signIn} />;
  if (data) return <Inside me={data.person} mustEnrol={data.mustEnrol} />;
  return (
    <div className="mx-auto max-w-lg px-4 pt-32">
      {error ? (
        <ProblemView error={error} retry={() => void refetch()} />
      ) : (
        <Loading what="the console" />
      )}
    </div>
  );
}

const root = document.getElementById("console");
if (!root) throw new Error("index.html has no #console");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <Console />
      <Notices />
    </QueryClientProvider>
  </StrictMode>,
);
