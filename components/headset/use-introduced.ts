"use client";

import { z } from "zod";
import { useStored } from "@/components/layout/use-stored";

const introducedSchema = z.boolean();

/** Whether this browser's microphone was once tried in the sheet: before that, nobody is put on a call with it. */
export function useIntroduced(): [boolean, (introduced: boolean) => void] {
  return useStored("earshot.headset-introduced", { schema: introducedSchema, fallback: false });
}
