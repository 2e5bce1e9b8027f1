import { formatPosition } from "@/components/calls/format";
import type { Evidence } from "@/lib/contract/coaching";
import type { UtteranceId } from "@/lib/contract/ids";

/** The lines a suggestion rests on; a click goes to the line in the transcript. */
export function EvidenceList({ evidence, onShow }: { evidence: Evidence[]; onShow: (id: UtteranceId) => void }) {
  if (evidence.length === 0) return null;
  return (
    <ul aria-label="Evidence" className="grid gap-0.5">
      {evidence.map((item) => (
        <li key={item.utteranceId}>
          <button
            type="button"
            onClick={() => onShow(item.utteranceId)}
            className="-mx-1.5 flex min-h-6 w-[calc(100%+0.75rem)] gap-2 rounded-sm px-1.5 py-0.5 text-left text-muted-foreground text-xs hover:bg-accent hover:text-foreground"
          >
            <span className="shrink-0 tabular-nums">{formatPosition(item.atMs)}</span>
            <span>“{item.quote}”</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
