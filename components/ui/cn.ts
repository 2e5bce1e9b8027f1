import { type ClassValue, clsx } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

// The two font sizes of globals.css that tailwind-merge cannot know; it would take them for colours.
const merge = extendTailwindMerge({ extend: { theme: { text: ["2xs", "13"] } } });

/** @returns class names joined, later Tailwind classes winning over earlier ones of the same kind. */
export function cn(...inputs: ClassValue[]): string {
  return merge(clsx(inputs));
}
