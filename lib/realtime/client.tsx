"use client";

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { CommandResult } from "@/lib/contract/command-result";
import type { CallId } from "@/lib/contract/ids";
import type { ClientCommandName, CommandData, CommandInput } from "@/lib/contract/socket-events";
import { browserDeps, LiveConnection, type LiveConnectionDeps } from "./connection/client";
import { LOADING_CALL } from "./store";
import type { LiveBoard, LiveCall, LiveConnectionInfo, LiveDesk, LiveState } from "./types";

const LiveContext = createContext<LiveConnection | null>(null);

/**
 * Opens the one socket of the page on mount and closes it on unmount.
 * @param deps in place of the browser's own, for tests: where the socket goes, the clock, the frames
 */
export function LiveProvider({ children, deps }: { children: ReactNode; deps?: LiveConnectionDeps }): ReactNode {
  const [connection] = useState(() => new LiveConnection(deps ?? browserDeps()));
  useEffect(() => {
    connection.open();
    return () => connection.close();
  }, [connection]);
  return <LiveContext value={connection}>{children}</LiveContext>;
}

function useLive(): LiveConnection {
  const connection = useContext(LiveContext);
  if (!connection) throw new Error("The live hooks need <LiveProvider> around them.");
  return connection;
}

function useLiveState<T>(select: (state: LiveState) => T): T {
  return useStore(useLive().store, select);
}

/** The connection, its age and what the server depends on. Renders again at most four times a second. */
export function useConnection(): LiveConnectionInfo {
  return useLiveState((state) => state.connection);
}

/** The live board of all my teams. Rows that did not change keep their reference. */
export function useBoard(): LiveBoard {
  const live = useLive();
  useEffect(() => live.watchBoard(), [live]);
  return useLiveState((state) => state.board);
}

/** An agent's own call, and what may be told of it. For the desk. */
export function useDesk(): LiveDesk {
  const live = useLive();
  useEffect(() => live.watchDesk(), [live]);
  return useLiveState((state) => state.desk);
}

/** A call with its snapshot and all that follows; watched from mount to unmount. */
export function useCallView(callId: CallId): LiveCall {
  const live = useLive();
  useEffect(() => live.watchCall(callId), [live, callId]);
  return useLiveState((state) => state.calls[callId] ?? LOADING_CALL);
}

/**
 * A part of a call, for cheap renders: renders again only when what `select` returns changed (its own fields compared by
 * reference). Watches the call like useCallView; watches of one call share one subscription.
 */
export function useCall<T>(callId: CallId, select: (call: LiveCall) => T): T {
  const live = useLive();
  useEffect(() => live.watchCall(callId), [live, callId]);
  return useStore(
    live.store,
    useShallow((state: LiveState) => select(state.calls[callId] ?? LOADING_CALL)),
  );
}

/**
 * @returns a function that sends a command and resolves with its result, always: TIMEOUT after 15 s, UNAVAILABLE without a
 * connection. The function keeps its reference.
 */
export function useCommand(): <N extends ClientCommandName>(
  name: N,
  payload: CommandInput<N>,
) => Promise<CommandResult<CommandData<N>>> {
  const live = useLive();
  return useCallback((name, payload) => live.command(name, payload), [live]);
}

/** Browser epoch milliseconds, renewed every `intervalMs`; components of one interval share one timer and render together. */
export function useNow(intervalMs: number): number {
  const ticker = useLive().ticker(intervalMs);
  return useSyncExternalStore(ticker.subscribe, ticker.read, () => 0);
}
