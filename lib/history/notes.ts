import { randomUUID } from "node:crypto";
import type { Actor } from "@/lib/contract/call";
import type { Note } from "@/lib/contract/domain-events";
import { type CallId, noteIdSchema } from "@/lib/contract/ids";
import type { EventBus } from "@/lib/events/event-bus";
import type { Clock } from "@/lib/platform/clock";

/** Notes on live calls: said on the bus, so that every browser and the record have them. */
export class NotesService {
  constructor(private readonly deps: { bus: EventBus; clock: Clock }) {}

  async add(request: { callId: CallId; text: string; by: Actor }): Promise<Note> {
    const note: Note = {
      noteId: noteIdSchema.parse(randomUUID()),
      text: request.text,
      author: request.by,
      at: this.deps.clock.now(),
    };
    this.deps.bus.publish({ type: "note.added", callId: request.callId, note });
    return note;
  }
}
