import { AudioLines, GraduationCap, History, type LucideIcon, Settings } from "lucide-react";

export type NavigationItem = { href: string; label: string; icon: LucideIcon; adminOnly: boolean };

/** The pages that exist, in the order of the day. */
const items: NavigationItem[] = [
  { href: "/live", label: "Live", icon: AudioLines, adminOnly: false },
  { href: "/history", label: "History", icon: History, adminOnly: false },
  { href: "/rehearsal", label: "Rehearsal", icon: GraduationCap, adminOnly: false },
  { href: "/settings", label: "Settings", icon: Settings, adminOnly: true },
];

/** @returns the pages this role may open. */
export function navigationFor(role: string): NavigationItem[] {
  return items.filter((item) => !item.adminOnly || role === "admin");
}

/** @returns whether `path` is `href` or lies under it. */
export function isCurrent({ href, path }: { href: string; path: string }): boolean {
  return path === href || path.startsWith(`${href}/`);
}
