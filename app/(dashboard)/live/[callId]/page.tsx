import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { LiveCall } from "@/components/calls/live-call";
import { RehearsalNotice } from "@/components/rehearsal/rehearsal-notice";
import { requireViewer } from "@/lib/auth/loaders";
import { callIdSchema } from "@/lib/contract/ids";
import { loadOwnRehearsal } from "@/lib/rehearsal/loaders";

export const metadata: Metadata = { title: "Live call" };

/** Only the frame: the call itself comes by socket, where the server checks that it is one of this viewer's teams. */
export default async function LiveCallPage({ params }: { params: Promise<{ callId: string }> }) {
  const viewer = await requireViewer();
  const callId = callIdSchema.safeParse((await params).callId);
  if (!callId.success) notFound();
  const rehearsalId = await loadOwnRehearsal(callId.data);
  const call = <LiveCall key={callId.data} callId={callId.data} userId={viewer.userId} />;
  if (!rehearsalId) return call;
  return (
    <div className="grid min-h-0 grid-rows-[auto_minmax(0,1fr)] lg:h-full">
      <RehearsalNotice rehearsalId={rehearsalId} />
      {call}
    </div>
  );
}
