"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { Wordmark } from "@/components/layout/wordmark";
import { cn } from "@/components/ui/cn";
import { isCurrent, navigationFor } from "./navigation";

/** Left rail from 768 px, bottom bar below it. `children` (search, theme, user) close the rail. */
export function NavBar({ role, children }: { role: string; children: ReactNode }) {
  const path = usePathname();
  return (
    <header className="fixed inset-x-0 bottom-0 z-30 flex border-t bg-card md:static md:h-dvh md:w-15 xl:w-52 md:shrink-0 md:flex-col md:border-t-0 md:border-r">
      <div className="hidden h-14 items-center px-4 md:flex">
        <Wordmark className="max-xl:[&>span]:sr-only" />
      </div>
      <nav aria-label="Main" className="flex flex-1 md:flex-col md:gap-0.5 md:px-2">
        {navigationFor(role).map(({ href, label, icon: Icon }) => {
          const current = isCurrent({ href, path });
          return (
            <Link
              key={href}
              title={label}
              href={href}
              aria-current={current ? "page" : undefined}
              className={cn(
                "relative flex h-14 flex-1 flex-col items-center justify-center gap-0.5 font-medium text-2xs text-muted-foreground transition-colors duration-100 hover:text-foreground focus-visible:-outline-offset-2 md:h-9 md:flex-none md:flex-row md:justify-center xl:h-8 xl:justify-start md:gap-2.5 md:rounded-md md:px-2.5 md:text-13 md:hover:bg-accent",
                current && "text-foreground md:bg-accent",
              )}
            >
              <Icon className={cn("size-5 md:size-4", current && "text-brand")} aria-hidden />
              <span className="md:max-xl:sr-only">{label}</span>
            </Link>
          );
        })}
      </nav>
      <div className="flex items-center gap-1 px-2 md:flex-col md:items-stretch md:gap-0.5 md:pb-3">{children}</div>
    </header>
  );
}
