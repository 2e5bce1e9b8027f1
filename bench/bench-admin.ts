import type { Viewer } from "@/lib/auth/types";
import { userIdSchema } from "@/lib/contract/ids";

/** Whom every browser of a benchmark belongs to. */
export const ADMIN: Viewer = {
  userId: userIdSchema.parse("bench"),
  name: "Bench",
  email: "b@x.test",
  role: "admin",
  teamIds: [],
  agentId: null,
};
