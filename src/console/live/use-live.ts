import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { ask, askAt, type Placed, type ProblemError, queryPath, type QueryInput } from "./api.ts";
import { follow, type StreamState } from "./stream.ts";

/** How far a live answer can be trusted: `at` is when it last changed or was confirmed. */
export type Liveness = { state: StreamState; since: number };
type Shared = {
  users: number;
  stop: AbortController;
  liveness: Liveness;
  /** The last answer of the stream. */
  heard?: Placed<unknown>;
  close?: ReturnType<typeof setTimeout>;
};

const shared = new Map<string, Shared>();
const listeners = new Set<() => void>();
let worst: Liveness | undefined;

const rank: Record<StreamState, number> = { live: 0, polling: 1, connecting: 2, reconnecting: 3 };

function changed(): void {
  let next: Liveness | undefined;
  for (const { liveness } of shared.values()) {
    if (!next || rank[liveness.state] > rank[next.state]) next = liveness;
  }
  if (next?.state !== worst?.state || next?.since !== worst?.since) worst = next;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The least trustworthy of all answers on screen; `undefined` when nothing on the page is live. */
export const useLiveness = (): Liveness | undefined => useSyncExternalStore(subscribe, () => worst);

const LINGER_MS = 2_000;
/** A hidden tab lets go of its connections after a while and catches up when it is looked at again. */
const HIDDEN_MS_MAX = 30_000;

const keyOf = (query: string, input: QueryInput) => [query, input] as const;

function open(client: QueryClient, query: string, input: QueryInput): Shared {
  const path = queryPath(query, input);
  const stop = new AbortController();
  const entry: Shared = { users: 0, stop, liveness: { state: "connecting", since: Date.now() } };
  const sink = {
    answer: (placed: Placed<unknown>) => {
      entry.heard = placed;
      client.setQueryData(keyOf(query, input), placed.answer);
    },
    state: (state: StreamState) => {
      if (state === entry.liveness.state) return;
      entry.liveness = { state, since: Date.now() };
      changed();
    },
    failed: (error: ProblemError) => {
      if (error.problem.status === 401)
        void client.invalidateQueries({ queryKey: ["auth.session"] });
    },
  };
  void follow(path, sink, stop.signal);
  return entry;
}

function join(client: QueryClient, query: string, input: QueryInput): () => void {
  const path = queryPath(query, input);
  const entry = shared.get(path) ?? open(client, query, input);
  shared.set(path, entry);
  clearTimeout(entry.close);
  entry.users += 1;
  changed();
  return () => {
    entry.users -= 1;
    if (entry.users > 0) return;
    entry.close = setTimeout(() => {
      entry.stop.abort();
      if (shared.get(path) === entry) shared.delete(path);
      changed();
    }, LINGER_MS);
  };
}

/** Joins while the page is looked at; the returned function leaves for good. */
function joinWhileVisible(joinNow: () => () => void): () => void {
  let leave: (() => void) | undefined = joinNow();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(timer);
    if (document.visibilityState === "visible") leave ??= joinNow();
    else {
      timer = setTimeout(() => {
        leave?.();
        leave = undefined;
      }, HIDDEN_MS_MAX);
    }
  };
  document.addEventListener("visibilitychange", look);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
    leave?.();
  };
}

/** Asks once; if the stream told something at least as new meanwhile, that, as the stream will not say it again. */
async function askUnlessHeard<T>(path: string, signal: AbortSignal): Promise<T> {
  const before = shared.get(path)?.heard;
  const asked = await askAt<T>(path, signal);
  const heard = shared.get(path)?.heard;
  const isOvertaken = heard !== undefined && heard !== before && heard.position >= asked.position;
  return isOvertaken ? (heard.answer as T) : asked.answer;
}

export type Live<T> = {
  data: T | undefined;
  error: Error | null;
  updatedAt: number;
  retry: () => void;
};

/** The answer of a query, now and whenever it changes. Several users of one query share one connection. */
export function useLive<T>(query: string, input: QueryInput = {}, enabled = true): Live<T> {
  const client = useQueryClient();
  const path = queryPath(query, input);
  const asked = useQuery({
    queryKey: keyOf(query, input),
    queryFn: ({ signal }) => askUnlessHeard<T>(path, signal),
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });
  useEffect(() => {
    if (!enabled) return undefined;
    return joinWhileVisible(() => join(client, query, input));
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `path` stands for query and input by value.
  }, [client, path, enabled]);
  return {
    data: asked.data,
    error: asked.data === undefined ? asked.error : null,
    updatedAt: asked.dataUpdatedAt,
    retry: () => void asked.refetch(),
  };
}

/** The answer of a query, asked once and again after commands that change it. */
export function useAsk<T>(query: string, input: QueryInput = {}, enabled = true): Live<T> {
  const asked = useQuery({
    queryKey: keyOf(query, input),
    queryFn: ({ signal }) => ask<T>(query, input, signal),
    enabled,
  });
  return {
    data: asked.data,
    error: asked.data === undefined ? asked.error : null,
    updatedAt: asked.dataUpdatedAt,
    retry: () => void asked.refetch(),
  };
}
