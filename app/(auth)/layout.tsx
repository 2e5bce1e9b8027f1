import type { ReactNode } from "react";
import { Wordmark } from "@/components/layout/wordmark";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="grid w-full max-w-sm gap-5">
        <div className="grid justify-items-center gap-1.5 text-center">
          <Wordmark className="text-lg" />
          <p className="text-13 text-muted-foreground text-pretty">Hear, understand and coach every live call.</p>
        </div>
        {children}
      </div>
    </main>
  );
}
