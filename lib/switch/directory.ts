import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** The folder of the scripted calls and of the people in them. */
export const scenariosDir = join(import.meta.dirname, "scenarios");

export const directorySchema = z.object({
  agents: z
    .array(
      z.object({
        name: z.string().min(1).max(120),
        extension: z.string().regex(/^\d{2,8}$/),
        team: z.string().min(1).max(80),
      }),
    )
    .min(1)
    .refine((agents) => new Set(agents.map(({ extension }) => extension)).size === agents.length, "extensions repeat"),
});
export type Directory = z.infer<typeof directorySchema>;
export type DirectoryAgent = Directory["agents"][number];

/** The agents of the demonstration. @throws ZodError where the file is not what it should be. */
export async function loadDirectory(path = join(scenariosDir, "directory.json")): Promise<Directory> {
  return directorySchema.parse(JSON.parse(await readFile(path, "utf8")));
}
