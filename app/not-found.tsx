import { SearchX } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "@/components/layout/empty-state";
import { Button } from "@/components/ui/button";

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <EmptyState
        icon={SearchX}
        title="There is nothing at this address"
        action={
          <Button asChild>
            <Link href="/live">Go to live calls</Link>
          </Button>
        }
      >
        The call may have ended, or it belongs to a team that is not yours.
      </EmptyState>
    </main>
  );
}
