"use client";

import { Volume2, VolumeX } from "lucide-react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { Party } from "@/lib/contract/call";
import { useHeadset, useHeadsetState } from "@/lib/headset/client";
import type { Levels, PartyMix } from "@/lib/headset/types";
import { LevelMeter } from "./level-meter";

/**
 * One voice in the headphones: who, whether they speak, level, mute, volume.
 * @param parties whose mix it sets: both where the telephone system sends one mixed track
 */
export function PartyChannel(props: {
  name: string;
  side: string;
  speaking: boolean;
  parties: [Party, ...Party[]];
  level: (levels: Levels) => number;
}) {
  const { name, side, speaking, parties, level } = props;
  const headset = useHeadset();
  const { volume, isMuted } = useHeadsetState(({ mix }) => mix[parties[0]]);
  const set = (mix: Partial<PartyMix>) => {
    for (const party of parties) headset.setMix(party, mix);
  };
  const Icon = isMuted ? VolumeX : Volume2;
  return (
    <fieldset className="grid min-w-0 flex-1 basis-44 gap-1">
      <legend className="sr-only">
        {name}, {side}
      </legend>
      <p className="flex items-baseline gap-1.5 text-2xs" title={side}>
        <span className={cn("font-medium", !speaking && "text-muted-foreground")}>{name}</span>
        <span className="text-muted-foreground">{isMuted ? "muted" : speaking ? "speaks" : "quiet"}</span>
      </p>
      <div className="flex items-center gap-1.5">
        <LevelMeter of={level} className={cn("flex-1", isMuted && "opacity-40")} />
        <Button
          size="icon-sm"
          variant="ghost"
          aria-pressed={isMuted}
          aria-label={`Mute ${name.toLowerCase()}`}
          title={isMuted ? "Muted for you only" : "Mute for you only"}
          className={cn("shrink-0", isMuted && "text-danger")}
          onClick={() => set({ isMuted: !isMuted })}
        >
          <Icon aria-hidden />
        </Button>
        <input
          type="range"
          min={0}
          max={2}
          step={0.1}
          value={volume}
          aria-label={`Volume of the ${name.toLowerCase()}`}
          aria-valuetext={`${Math.round(volume * 100)} %`}
          onChange={(event) => set({ volume: event.target.valueAsNumber, isMuted: false })}
          className="h-6 w-20 shrink-0 cursor-pointer accent-foreground pointer-coarse:h-9 pointer-coarse:w-28"
        />
      </div>
    </fieldset>
  );
}
