import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, StrictMode, useCallback, useState } from "react";
import { createRoot } from "react-dom/client";
import "./design/console.css";
import { useAsk } from "./live/use-live.ts";
import { pages } from "./pages.ts";
import { Help } from "./shell/help.tsx";
import { useKeys } from "./shell/keys.ts";
import { PageView } from "./shell/page-view.tsx";
import { Palette } from "./shell/palette.tsx";
import { usePlace } from "./shell/router.tsx";
import { isSignedOut, type Me } from "./shell/session.tsx";
import { Shell } from "./shell/shell.tsx";
import { Loading } from "./ui/basics.tsx";
import { Notices } from "./ui/notice.tsx";
import { ProblemView } from "./ui/problem.tsx";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failed, error) => failed < 2 && (!("problem" in error) || isUnreachable(error)),
    },
  },
});
const isUnreachable = (error: object): boolean =>
  "problem" in error &&
  typeof error.problem === "object" &&
  error.problem !== null &&
  "status" in error.problem &&
  error.problem.status === 0;

const signIn = {
  id: "sign-in",
  title: "Sign in",
  load: async () => (await import("../platform/people/console.tsx")).SignInPage,
};

function Inside({ me }: { me: Me }): ReactNode {
  const { path } = usePlace();
  const [open, setOpen] = useState<"palette" | "help">();
  const palette = useCallback(() => setOpen("palette"), []);
  const help = useCallback(() => setOpen("help"), []);
  const close = useCallback(() => setOpen(undefined), []);
  useKeys({ palette, help });
  const page = pages.find(
    (each) => each.path !== "/" && (path === each.path || path.startsWith(`${each.path}/`)),
  );
  const [now] = pages;
  const shown = page ?? now;
  return (
    <Shell me={me} onPalette={palette} onHelp={help}>
      {shown && <PageView page={shown} />}
      <Palette open={open === "palette"} onClose={close} onHelp={help} />
      <Help open={open === "help"} onClose={close} />
    </Shell>
  );
}

function Console(): ReactNode {
  const { path } = usePlace();
  const { data: me, error, retry } = useAsk<Me>("people.me");
  if (isSignedOut(error) || path === "/welcome") return <PageView page={signIn} />;
  if (me) return <Inside me={me} />;
  return (
    <div className="mx-auto max-w-lg px-4 pt-32">
      {error ? <ProblemView error={error} retry={retry} /> : <Loading what="the console" />}
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
