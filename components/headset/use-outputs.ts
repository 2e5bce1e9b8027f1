"use client";

import { useHeadsetState } from "@/lib/headset/client";
import type { Device } from "@/lib/headset/types";
import { named } from "./device-names";

/** Where sound can come out, without the system's own choice. */
export function useOutputs(): Device[] {
  return named(
    useHeadsetState((state) => state.outputs),
    "Output",
  );
}
