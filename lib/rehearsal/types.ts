import type { ScenarioCard } from "@/lib/contract/switch-control";

/** A scenario that this viewer may supervise, with who is called in it. */
export type OpenScenario = ScenarioCard & { agentName: string };
