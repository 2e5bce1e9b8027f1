"use client";

/** An agent's softphone: on and off duty, ringing, in call. `extension` and `name` are only shown: the server knows whose it is. */
export function AgentPhone({ extension, name }: { extension: string; name: string }) {
  return <section aria-label={`Softphone of ${name}, extension ${extension}`} />;
}
