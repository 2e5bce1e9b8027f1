import { Target } from "lucide-react";
import { formatPosition } from "@/components/calls/format";
import { Badge } from "@/components/ui/badge";
import type { UtteranceId } from "@/lib/contract/ids";
import type { TopicMention } from "@/lib/contract/sentiment";

type Found = { key: string; label: string; kind: TopicMention["kind"]; first: TopicMention; times: number };

/** @returns each topic once, at its first mention, in the order they came up. */
export function groupTopics(mentions: TopicMention[]): Found[] {
  const found = new Map<string, Found>();
  for (const mention of [...mentions].sort((a, b) => a.atMs - b.atMs)) {
    const known = found.get(mention.key);
    if (known) known.times += 1;
    else
      found.set(mention.key, { key: mention.key, label: mention.label, kind: mention.kind, first: mention, times: 1 });
  }
  return [...found.values()];
}

/** Topics and intents with the time they first came up; a click goes to the line. */
export function TopicList({ mentions, onShow }: { mentions: TopicMention[]; onShow: (id: UtteranceId) => void }) {
  const topics = groupTopics(mentions);
  if (topics.length === 0) return <p className="text-muted-foreground text-xs">No topic yet</p>;
  return (
    <ul aria-label="Topics and intents" className="flex flex-wrap gap-1.5">
      {topics.map(({ key, label, kind, first, times }) => (
        <li key={key}>
          <Badge asChild variant={kind === "intent" ? "brand" : "default"} className="h-6 hover:bg-accent">
            <button
              type="button"
              onClick={() => onShow(first.utteranceId)}
              title={kind === "intent" ? "Intent" : "Topic"}
            >
              {kind === "intent" && <Target aria-hidden />}
              {label}
              <span className="font-normal tabular-nums">
                {formatPosition(first.atMs)}
                {times > 1 && ` ×${times}`}
              </span>
              <span className="sr-only">, {kind}, go to the line</span>
            </button>
          </Badge>
        </li>
      ))}
    </ul>
  );
}
