import { GraduationCap } from "lucide-react";
import Link from "next/link";

/** Above a live call that is somebody's rehearsal: where its result will be. */
export function RehearsalNotice({ rehearsalId }: { rehearsalId: string }) {
  return (
    <p className="flex flex-wrap items-center gap-x-2 border-b bg-brand/10 px-4 py-1.5 text-13 lg:px-6">
      <GraduationCap aria-hidden className="size-4 text-brand" />
      This is a rehearsal: you are scored on what you catch.
      <Link href={`/rehearsal/${rehearsalId}`} className="font-medium underline underline-offset-2">
        Result, once the call is over
      </Link>
    </p>
  );
}
