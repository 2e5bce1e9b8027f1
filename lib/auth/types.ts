import type { AgentId, TeamId, UserId } from "@/lib/contract/ids";

/** agent: sees only their own desk. supervisor: watches and coaches live calls. lead: that, and reviews ended ones. admin: all teams, and the settings. */
export type Role = "agent" | "supervisor" | "lead" | "admin";

/** Someone who is signed in and may use the product. */
export type Viewer = {
  userId: UserId;
  name: string;
  email: string;
  role: Role;
  /** Teams the viewer belongs to; an admin sees all, whatever stands here. */
  teamIds: readonly TeamId[];
  /** The agent that this user is; only for role agent. */
  agentId: AgentId | null;
};

/** Someone with a valid session, who may still have to change a one-time password before being a viewer. */
export type Visitor = { viewer: Viewer; sessionToken: string; mustChangePassword: boolean };
