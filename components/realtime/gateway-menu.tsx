"use client";

import { Radio } from "lucide-react";
import { cn } from "@/components/ui/cn";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import type { GatewayReport } from "@/lib/contract/gateway-status";
import { GatewayList } from "./gateway-list";
import { gatewaySummary } from "./gateway-words";

/** The telephone systems in a line; opened, each of them. That one went away, or came back, is also said aloud. */
export function GatewayMenu({ gateways }: { gateways: GatewayReport[] }) {
  if (gateways.length === 0) return null;
  const { isWell, text, short } = gatewaySummary(gateways);
  return (
    <>
      <Popover>
        <PopoverTrigger
          aria-label={`${text}: show each`}
          className={cn(
            "-mx-1.5 inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md px-1.5 hover:bg-accent hover:text-foreground",
            !isWell && "font-medium text-danger hover:text-danger",
          )}
        >
          <Radio className="size-3.5" aria-hidden />
          <span className="max-sm:hidden">{text}</span>
          <span className="sm:hidden">{short}</span>
        </PopoverTrigger>
        <PopoverContent
          side="top"
          collisionPadding={8}
          aria-label="Telephone systems"
          className="max-h-[60dvh] w-[min(26rem,calc(100vw-1rem))] overflow-y-auto"
        >
          <GatewayList gateways={gateways} />
        </PopoverContent>
      </Popover>
      <span role="status" className="sr-only">
        {isWell ? "" : text}
      </span>
    </>
  );
}
