import type { ReactNode } from "react";
import { Wordmark } from "@/components/layout/wordmark";

export default function PhoneLayout({ children }: { children: ReactNode }) {
  return (
    <div className="mx-auto grid min-h-dvh w-full max-w-6xl content-start gap-4 p-4">
      <header className="flex min-h-9 items-center">
        <Wordmark />
      </header>
      <main className="grid gap-4">{children}</main>
    </div>
  );
}
