import { useQuery, useQueryClient } from "@tanstack/react-query";
import { call, send } from "../live/api.ts";

export const ranks = ["viewer", "responder", "operator", "admin"] as const;
export type Role = (typeof ranks)[number];
export type Me = {
  id: string;
  name: string;
  email: string;
  role: Role;
  totp: boolean;
  passkeyCount: number;
};
/** Who looks at the console. Strangers get an answer too, so that asking is never an error. */
export type Session =
  | { signedIn: false; firstRun: boolean }
  | { signedIn: true; person: Me; session: { id: string }; mustEnrol: boolean };

export const SESSION = ["auth.session"] as const;

export const useSession = () =>
  useQuery({
    queryKey: SESSION,
    queryFn: async (): Promise<Session> => (await call("/api/auth/session")).json(),
    staleTime: 60_000,
  });

/** The person who is signed in; `undefined` while that is being asked. */
export function useMe(): Me | undefined {
  const { data } = useSession();
  return data?.signedIn ? data.person : undefined;
}

/** May the person who is signed in do what needs this role? */
export function useMay(role: Role): boolean {
  const me = useMe();
  return me !== undefined && ranks.indexOf(me.role) >= ranks.indexOf(role);
}

/** Calls the door: everything about signing in, at `/api/auth/…`. */
export async function door<T = unknown>(path: string, body?: unknown): Promise<T> {
  const post = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  return (await call(`/api/auth/${path}`, body === undefined ? {} : post)).json();
}

/** Leaves, and forgets everything of the person who was here. */
export async function signOut(): Promise<void> {
  await door("sign-out", {});
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
