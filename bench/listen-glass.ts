/** placeholder while lib/headset is looked at */
export async function measureGlassToGlass(_options: { seconds: number }): Promise<number[]> {
  return [];
}
