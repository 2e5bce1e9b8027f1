"use client";

import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "@/components/ui/select";
import type { Device } from "@/lib/headset/types";

/** Radix' select knows no empty value. */
const SYSTEM = "system";

/** A device, or null: the system's choice. */
export function DeviceSelect(props: {
  id?: string;
  label: string;
  devices: Device[];
  chosen: string | null;
  onChoose: (deviceId: string | null) => void;
}) {
  const isKnown = props.devices.some(({ deviceId }) => deviceId === props.chosen);
  return (
    <Select
      value={isKnown && props.chosen ? props.chosen : SYSTEM}
      onValueChange={(value) => props.onChoose(value === SYSTEM ? null : value)}
    >
      <SelectTrigger id={props.id} aria-label={props.label} className="w-full">
        <SelectValue />
      </SelectTrigger>
      <SelectContent>
        <SelectItem value={SYSTEM}>The system's choice</SelectItem>
        {props.devices.map(({ deviceId, label }) => (
          <SelectItem key={deviceId} value={deviceId}>
            {label}
          </SelectItem>
        ))}
      </SelectContent>
    </Select>
  );
}
