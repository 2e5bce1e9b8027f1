"use client";

import { Activity } from "lucide-react";
import { Tooltip, TooltipContent, TooltipTrigger } from "@/components/ui/tooltip";
import { useHeadsetState } from "@/lib/headset/client";
import type { ListeningQuality } from "@/lib/headset/types";

const round = (value: number) => Math.round(value);

/** @returns "180 ms · buffer 60 ms · loss 0 %". */
export function qualityWords({ endToEndMs, bufferMs, lossPercent }: ListeningQuality): string {
  const loss = lossPercent > 0 && lossPercent < 1 ? "<1" : String(round(lossPercent));
  return `${round(endToEndMs)} ms · buffer ${round(bufferMs)} ms · loss ${loss} %`;
}

/** How late and how whole the sound is, as measured; what the figures mean is in the tooltip. */
export function ListenQuality() {
  const quality = useHeadsetState((state) => state.quality);
  return (
    <Tooltip>
      <TooltipTrigger className="inline-flex min-h-6 items-center gap-1.5 rounded-sm text-2xs text-muted-foreground tabular-nums">
        <Activity className="size-3" aria-hidden />
        {quality ? qualityWords(quality) : "measuring the delay…"}
      </TooltipTrigger>
      <TooltipContent className="block">
        Delay from the moment the server receives the voice to this browser's loudspeaker. The buffer is the part of it
        that evens out an uneven network. Loss is what came too late to be heard in the last ten seconds.
      </TooltipContent>
    </Tooltip>
  );
}
