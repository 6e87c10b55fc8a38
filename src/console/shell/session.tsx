import { useQueryClient } from "@tanstack/react-query";
import { call, type ProblemError, send } from "../live/api.ts";
import { useAsk } from "../live/use-live.ts";

export const ranks = ["viewer", "responder", "operator", "admin"] as const;
export type Role = (typeof ranks)[number];
export type Me = {
  id: string;
  name: string;
  email: string;
  role: Role;
  totp?: boolean;
  passkeyCount?: number;
};

/** Who is signed in; `undefined` while that is being asked. */
export const useMe = (): Me | undefined => useAsk<Me>("people.me").data;

/** May the person who is signed in do what needs this role? */
export function useMay(role: Role): boolean {
  const me = useMe();
  return me !== undefined && ranks.indexOf(me.role) >= ranks.indexOf(role);
}

/** Forgets everything of the person who was here and shows the sign-in page. */
export async function signOut(): Promise<void> {
  await call("/api/auth/sign-out", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  location.assign("/");
}

/** Sends a command and refreshes the queries it changes. */
export function useSend(...changes: string[]): <T>(command: string, input?: unknown) => Promise<T> {
  const client = useQueryClient();
  return async <T,>(command: string, input?: unknown) => {
    const done = await send<T>(command, input);
    await Promise.all(changes.map((query) => client.invalidateQueries({ queryKey: [query] })));
    return done;
  };
}

export const isSignedOut = (error: ProblemError | Error | null): boolean =>
  error !== null && "problem" in error && error.problem.status === 401;
