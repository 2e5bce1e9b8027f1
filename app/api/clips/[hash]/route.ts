import { z } from "zod";
import { canSeeCall } from "@/lib/auth/ability";
import { actorOf } from "@/lib/auth/audit";
import { ownsClip } from "@/lib/history/data";
import { database } from "@/lib/platform/database";
import { authoriseRequest, notFoundRefusal } from "@/lib/server/authorise";
import { runtime } from "@/lib/server/runtime";

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** The very clip that a suggestion would play, for a supervisor to hear first. Only of calls that are theirs to see. */
export async function GET(request: Request, { params }: { params: Promise<{ hash: string }> }): Promise<Response> {
  const asked = await authoriseRequest(request);
  if (!asked.ok) return asked.response;
  const hash = hashSchema.safeParse((await params).hash);
  if (!hash.success) return notFoundRefusal().response;
  const { viewer, scope } = asked;
  const live = runtime()
    .liveCalls()
    .some(
      (view) =>
        canSeeCall({ viewer, teamId: view.info.teamId }) &&
        view.suggestions.some((suggestion) => suggestion.clip?.hash === hash.data),
    );
  const owned = live || (await ownsClip({ prisma: database(), scope, hash: hash.data }));
  const wav = owned ? await runtime().clip(hash.data) : null;
  if (!wav) return notFoundRefusal().response;
  runtime().audit({
    action: "clips.hear",
    by: actorOf(viewer),
    at: Date.now(),
    callId: null,
    teamId: null,
    subject: hash.data,
    detail: {},
  });
  return new Response(Buffer.from(wav), {
    headers: { "content-type": "audio/wav", "cache-control": "private, max-age=3600, immutable" },
  });
}
