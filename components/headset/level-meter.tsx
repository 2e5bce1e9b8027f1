"use client";

import { useHeadset } from "@/lib/headset/client";
import type { Levels } from "@/lib/headset/types";
import { LevelBar } from "./level-bar";

/** A level of the headset. */
export function LevelMeter({ of, className }: { of: (levels: Levels) => number; className?: string }) {
  const headset = useHeadset();
  return <LevelBar level={() => of(headset.levels())} className={className} />;
}

export const callerLevel = (levels: Levels) => levels.caller;
export const agentLevel = (levels: Levels) => levels.agent;
export const microphoneLevel = (levels: Levels) => levels.microphone;
export const loudestLevel = (levels: Levels) => Math.max(levels.caller, levels.agent);
