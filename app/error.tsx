"use client";

import { ErrorState } from "@/components/layout/error-state";

export default function RootError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="grid min-h-dvh place-items-center">
      <ErrorState digest={error.digest} onRetry={reset} />
    </main>
  );
}
