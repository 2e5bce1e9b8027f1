const FLOOR_DBFS = -60;

/** @param peak amplitude, 0…1 @returns dBFS as meters show it, −60 … 0 */
export function toDbfs(peak: number): number {
  return peak > 0 ? Math.max(FLOOR_DBFS, Math.min(0, 20 * Math.log10(peak))) : FLOOR_DBFS;
}
