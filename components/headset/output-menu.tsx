"use client";

import { Headphones } from "lucide-react";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { useHeadset, useHeadsetState } from "@/lib/headset/client";
import { useOutputs } from "./use-outputs";

/** Where the sound comes out; nothing where the browser cannot choose. */
export function OutputMenu() {
  const headset = useHeadset();
  const outputs = useOutputs();
  const outputId = useHeadsetState((state) => state.outputId);
  if (outputs.length === 0) return null;
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button size="icon-sm" variant="ghost" aria-label="Choose where the sound comes out" title="Output device">
          <Headphones aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="max-w-80">
        <DropdownMenuLabel>Sound comes out of</DropdownMenuLabel>
        <DropdownMenuRadioGroup
          value={outputId ?? ""}
          onValueChange={(deviceId) => void headset.chooseOutput(deviceId || null)}
        >
          <DropdownMenuRadioItem value="">The system's choice</DropdownMenuRadioItem>
          {outputs.map(({ deviceId, label }) => (
            <DropdownMenuRadioItem key={deviceId} value={deviceId}>
              <span className="truncate">{label}</span>
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
