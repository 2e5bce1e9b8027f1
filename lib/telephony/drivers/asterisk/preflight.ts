import type { ParsedOptions } from "./options";

/** One thing looked at. `ok: null`: a warning, which stops nothing. `advice`: what to change, empty where all is well. */
export type Check = { name: string; ok: boolean | null; detail: string; advice: string };

/** Looks at everything an administrator can get wrong, up to the first fault that hides the rest. Places nothing. */
export async function checkAsterisk(_options: ParsedOptions): Promise<Check[]> {
  return [];
}
