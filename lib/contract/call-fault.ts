import { z } from "zod";

/** What went wrong with a call: an event says it, and the call's view keeps the last one. A telephone system has codes of its own. */
export const callFaultSchema = z.object({ code: z.string().max(64), message: z.string().max(300) });

/** Code of the fault that the call stays in a mode which nobody here wants. */
export const SPY_NOT_CONFIRMED = "SPY_NOT_CONFIRMED";
