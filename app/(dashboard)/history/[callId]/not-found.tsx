import { SearchX } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "@/components/layout/empty-state";
import { Button } from "@/components/ui/button";

export default function NoSuchCall() {
  return (
    <EmptyState
      icon={SearchX}
      title="There is nothing at this address"
      action={
        <Button asChild>
          <Link href="/history">Go to the history</Link>
        </Button>
      }
    >
      There is no such call, or it belongs to a team that is not yours.
    </EmptyState>
  );
}
