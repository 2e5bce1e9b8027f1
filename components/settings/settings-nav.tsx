"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { cn } from "@/components/ui/cn";

const PAGES = [
  { href: "/settings/teams", label: "Teams" },
  { href: "/settings/agents", label: "Agents" },
  { href: "/settings/users", label: "Users" },
  { href: "/settings/telephony", label: "Telephone systems" },
];

export function SettingsNav() {
  const path = usePathname();
  return (
    <nav aria-label="Settings" className="flex gap-1 border-b">
      {PAGES.map(({ href, label }) => {
        const current = path === href;
        return (
          <Link
            key={href}
            href={href}
            aria-current={current ? "page" : undefined}
            className={cn(
              "-mb-px inline-flex min-h-9 items-center border-transparent border-b-2 px-3 text-13 text-muted-foreground hover:text-foreground pointer-coarse:min-h-11",
              current && "border-brand font-medium text-foreground",
            )}
          >
            {label}
          </Link>
        );
      })}
    </nav>
  );
}
